/** The driver for the router that the operator names, with Debian's places unless told otherwise. @module */
import { BirdRouter, FrrRouter, GobgpRouter, type Router, type RouterKind } from '@vagus/router'

export interface RouterPlace {
  readonly kind: RouterKind
  /** FRR: the folder of its sockets; BIRD: its control socket; GoBGP: ADDRESS:PORT or path of its gRPC. */
  readonly at?: string
  /** BIRD: the file that its configuration includes. */
  readonly policyFile?: string
}

const defaultPlaces: Readonly<Record<RouterKind, string>> = {
  frr: '/run/frr',
  bird: '/run/bird/bird.ctl',
  gobgp: '127.0.0.1:50051',
}
const defaultPolicyFile = '/etc/bird/vagus.conf'

export function openRouter({ kind, at = defaultPlaces[kind], policyFile = defaultPolicyFile }: RouterPlace): Router {
  if (kind === 'frr') return new FrrRouter(at)
  if (kind === 'bird') return new BirdRouter({ socket: at, policyFile })
  return new GobgpRouter(at)
}

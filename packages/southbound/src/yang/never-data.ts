/** Nodes of YANG data that no operator can allow to AI agents by a pattern, and why. @module */
import { isSecretName } from './secret-data.ts'
import type { DataLine } from './data-line.ts'

const reasons = {
  access: 'it is about who may log in, and how the router is managed, which are the operator’s; leave it out',
  origin: 'it would originate a prefix, which AI agents never do; ask the operator',
  secret: 'it has to do with credentials, which are the operator’s; leave it out',
} as const

/** Modules that are about nothing else (RFC 8341, 9642, 9641, 9644; the drafts of NETCONF and RESTCONF servers). */
const accessModules =
  /^(?:ietf-netconf-acm|ietf-netconf-server|ietf-restconf-server|ietf-ssh-.*|ietf-tls-.*|ietf-keystore|ietf-truststore|openconfig-aaa.*|openconfig-system-management|openconfig-gnsi-.*)$/
const accessNames: ReadonlySet<string> = new Set([
  'nacm',
  'aaa',
  'user',
  'users',
  'local-user',
  'username',
  'login',
  'authentication',
  'authorization',
  'accounting',
  'tacacs',
  'radius',
  'ssh',
  'ssh-server',
  'netconf',
  'netconf-yang',
  'netconf-server',
  'restconf',
  'grpc',
  'grpc-server',
  'gnmi',
])
/** What originates, in the models of IETF, OpenConfig and vendors. */
const originNames =
  /^(?:static|static-routes?|route|routes|redistribut\w*|table-connections?|network-statements?|networks?|aggregates?|local-aggregates?|aggregate-address(?:es)?|generate|default-originate|default-information|advertise-.*|originate.*)$/

/** Why a node must neither be set nor removed; undefined where a pattern may allow it. */
export function neverDataProblem({ steps }: DataLine): string | undefined {
  for (const [at, { module, name, keys }] of steps.entries()) {
    if (isSecretName(name) || keys.some(([key]) => isSecretName(key))) return reasons.secret
    if (accessModules.test(module) || accessNames.has(name)) return reasons.access
    // The prefix of an address is a connected one.
    const isAddress = /^address(?:es)?$/.test(name) && steps.slice(0, at).some((outer) => /^ipv[46]$/.test(outer.name))
    if (isAddress || originNames.test(name)) return reasons.origin
  }
  return undefined
}

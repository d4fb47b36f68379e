/** The registrar of the domain (RFC 8995), in the process of the controller: what it asks and tells is the desk's. @module */
import { join } from 'node:path'
import type { Config } from '@vagus/api'
import {
  localMasa,
  type Maker,
  masaClient,
  type Membership,
  openDomain,
  openOwnMasa,
  type RegistrarEvent,
  serveRegistrar,
} from '@vagus/bootstrap'
import { agentOf } from '@vagus/pki'
import { UnavailableError } from '@vagus/linux'
import { parseFlowEndpoint } from '../config/endpoint.ts'
import { type JoinDesk, ownMaker } from './join-desk.ts'
import type { JoiningParts } from './joining-parts.ts'
import { certificatesIn } from './maker-certificates.ts'
import { settingsFor } from './member-settings.ts'

type JoinConfig = NonNullable<Config['join']>

/** Seconds until a box that waits asks again: somebody may be standing beside it. */
const retryAfterSeconds = 5
/** Milliseconds that a box may wait on one connection; pledges wait up to 60 s (RFC 8995 §5.6). */
const idle = 90_000

/** @throws {Error} for people: a file that cannot be used; {UnavailableError} when it cannot listen */
export async function startRegistrar(
  parts: JoiningParts,
  config: JoinConfig,
  desk: JoinDesk,
  agent: string,
): Promise<{ close(): Promise<void> }> {
  const { home, state, report } = parts
  const { address, port } = parseFlowEndpoint(config.listen)
  const credentials = openDomain(join(home, 'registrar'), { name: parts.config.domain, hosts: [address] })
  const makers = makersOf(config)
  const membership: Membership = {
    admission: ({ serialNumber, maker, from }) => desk.ask({ serial: serialNumber, maker, from }),
    enrolled({ serialNumber, agentId, certificate }, how) {
      if (!desk.isMember(serialNumber)) throw new Error(`${serialNumber} was revoked while it enrolled`)
      desk.enrol(serialNumber, agentId, certificate.notAfter, how)
    },
    standing: (serialNumber, { publicKey }) => (desk.counts(serialNumber, agentOf(publicKey)) ? 'member' : 'revoked'),
    settings: ({ serialNumber }) =>
      settingsFor(state.config, desk.deviceOf(desk.find(serialNumber) ?? { serial: serialNumber }), agent),
  }
  const tell = (event: RegistrarEvent): void => take(event, desk, report)
  const options = { credentials, makers, membership, tell, retryAfterSeconds, limits: { idle } }
  const server = await serveRegistrar(options, { host: address, port }).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'EADDRINUSE' ? 'in-use' : cause.code === 'EADDRNOTAVAIL' ? 'address' : 'refused'
    throw new UnavailableError(code, `join.listen: cannot listen at ${config.listen}: ${cause.code ?? cause.message}`, {
      cause,
    })
  })
  report(`registrar: boxes of ${makers.map(({ name }) => name).join(', ')} may ask to join at ${config.listen}`)
  return server
}

function makersOf({ masa, makers }: JoinConfig): readonly Maker[] {
  const own = masa === undefined ? undefined : openOwnMasa(masa)
  return [
    ...(own === undefined ? [] : [{ name: ownMaker, anchors: [own.deviceAnchor], masa: localMasa(own) }]),
    ...makers.map(({ name, certificates, tls }) => ({
      name,
      anchors: certificatesIn(certificates),
      masa: masaClient({ trusted: tls === undefined ? 'system' : certificatesIn(tls) }),
    })),
  ]
}

/** What the registrar tells, for the operator: complaints of boxes as events, faults as lines. */
function take(event: RegistrarEvent, desk: JoinDesk, report: (line: string) => void): void {
  if (event.type === 'voucher-status' || event.type === 'enrol-status') {
    const { serialNumber, maker, report: status } = event
    if (status.outcome === 'failure') desk.complain(serialNumber, status.reason ?? 'it does not say why', maker)
  } else if (event.type === 'masa-unreachable') {
    const { serialNumber, maker } = event.pledge
    desk.complain(serialNumber, `its MASA cannot be asked: ${event.problem}`, maker)
  } else if (event.type === 'refused') {
    if (event.serialNumber !== undefined) desk.complain(event.serialNumber, event.problem, event.maker)
    else report(`registrar: ${event.from} is refused: ${event.problem}`)
  } else if (event.type === 'failed') report(`registrar: ${event.resource}: ${String(event.error)}`)
}

/** Session reports of the agents of `agent-document.ts`, and signed ones. */
import { type ReportedSession, type SessionPath, type SessionReport, sessionReportType } from '@vagus/api'
import { agentIdOf, signJws } from '@vagus/identity'
import { signer } from './agent-document.ts'

/** Id of the agent whose keys begin with that of `first`. */
export const idOf = (first: number): string => agentIdOf(signer(first).publicKey)
const time = (at: number): string => new Date(at).toISOString()

export const pathOf = (kind: SessionPath['kind'], host: string, more: Partial<SessionPath> = {}): SessionPath => ({
  kind,
  local: `${kind}://10.0.0.1:40001`,
  remote: `${kind}://${host}`,
  state: 'alive',
  status: 'active',
  primary: true,
  roundTripMs: 1.5,
  ...more,
})

/** @param since milliseconds since 1970 */
export const sessionOf = (peer: string, since: number, more: Partial<ReportedSession> = {}): ReportedSession => ({
  peer,
  role: 'initiator',
  how: 'handshake',
  cipher: '25519+MLKEM768_AESGCM_SHA256',
  padding: 'none',
  since: time(since),
  state: 'up',
  paths: [pathOf('udp', '10.18.0.2:7601')],
  moves: 0,
  gaps: { count: 0, lastMs: null, longestMs: null },
  streams: 0,
  ...more,
})

/** @param at milliseconds since 1970 */
export const reportOf = (
  agent: string,
  at: number,
  sessions: readonly ReportedSession[] = [],
  more = 0,
): SessionReport => ({
  agent,
  at: time(at),
  sessions: [...sessions],
  more,
})

/** @param key number of the key that signs */
export const signed = (report: unknown, key: number, type: string = sessionReportType): string =>
  signJws(type, new TextEncoder().encode(JSON.stringify(report)), signer(key))

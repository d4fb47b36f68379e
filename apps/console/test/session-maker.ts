/** Agents and what they tell of a session, for fixtures and unit tests. @module */
import type { Agent, Session, SessionPath } from '@vagus/api'

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789'

/** An id as long as a real one, always the same for a name. */
export function idOf(name: string): string {
  let state = 7
  const next = (value: number): number => (state = (state * 31 + value) % 65_521)
  for (const letter of name) next(letter.codePointAt(0)!)
  return `did:key:z6Mk${Array.from({ length: 44 }, (_, index) => letters[next(index) % letters.length]).join('')}`
}

export const pathTo = (remote: string, more: Partial<SessionPath> = {}): SessionPath => ({
  kind: 'udp',
  local: 'udp://10.0.0.1:40000',
  remote,
  state: 'alive',
  status: 'active',
  primary: true,
  roundTripMs: 41.2,
  ...more,
})

export const told = (agent: string, peer: string, more: Partial<Session> = {}): Session => ({
  agent: { name: agent, id: idOf(agent) },
  peer: { name: peer, id: idOf(peer) },
  role: 'initiator',
  how: 'handshake',
  cipher: '25519+MLKEM768_AESGCM_SHA256',
  padding: 'none',
  since: '2026-06-30T14:00:00Z',
  state: 'up',
  paths: [pathTo('udp://10.0.0.2:7601')],
  moves: 0,
  gaps: { count: 0, lastMs: null, longestMs: null },
  streams: 0,
  toldAt: '2026-06-30T14:42:11Z',
  ...more,
})

export const agentAt = (name: string, site: string | null): Agent => ({
  name,
  id: idOf(name),
  tag: 'fd00::1',
  role: 'worker',
  skills: [],
  epoch: 1,
  state: 'reachable',
  site,
  seenAt: '2026-06-30T14:42:11Z',
  expiresAt: '2026-07-30T14:42:11Z',
  locators: [],
})

/**
 * A session in words: its cipher, the path that it uses, and everything as facts and as one sentence.
 * @module
 */
import type { Session, SessionPath } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import type { SessionPair } from '@vagus/api/session-pairs'
import { gapsOf, leadingView, pairState } from '@vagus/api/session-pairs'
import { formatCount, formatMilliseconds } from './format.ts'

export const nameOfEnd = ({ name, id }: Session['agent']): string => name ?? shortId(id)

const keyAgreements: Readonly<Record<string, string>> = {
  '25519': 'X25519',
  '25519+MLKEM768': 'post-quantum hybrid',
}

/** Readers look for the key agreement; encryption and hash are in the full name. */
export function shortCipher(cipher: string): string {
  const agreement = cipher.split('_', 1)[0]!
  return keyAgreements[agreement] ?? agreement
}

export const pathInUse = ({ paths }: Session): SessionPath | undefined => paths.find(({ primary }) => primary)

/** Where a path leads: an address, or the name of the relay if it is known, else its id. */
export function remoteOf({ remote }: SessionPath, names: ReadonlyMap<string, string>): string {
  const [, rest = remote] = /^\w+:\/\/(.+)$/.exec(remote) ?? []
  const id = /^did:[^/]+/.exec(rest)?.[0]
  return id === undefined ? rest : (names.get(id) ?? shortId(id))
}

const counted = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`

/** reader ↔ writer over udp, 41 ms, post-quantum hybrid, 3 moves, longest gap 32 ms. */
export function sentenceOfPair(pair: SessionPair): string {
  const { view } = pair
  const { longestMs } = gapsOf(pair)
  const path = pathInUse(leadingView(pair))
  const silent = pairState(pair) === 'silent'
  const ends = `${nameOfEnd(pair.initiator)} ↔ ${nameOfEnd(pair.responder)}`
  return [
    `${ends}${silent ? ' silent,' : ''}${path === undefined ? ' without a path' : ` over ${path.kind}`}`,
    ...(path === undefined || path.roundTripMs === null ? [] : [formatMilliseconds(path.roundTripMs)]),
    shortCipher(view.cipher),
    ...(view.moves === 0 ? [] : [counted(view.moves, 'move', 'moves')]),
    ...(longestMs === null ? [] : [`longest gap ${formatMilliseconds(longestMs)}`]),
  ].join(', ')
}

export interface Fact {
  readonly name: string
  readonly text: string
}

/** One end's report of the session, without its paths. `since` formats a time. */
export const factsOf = (session: Session, since: (at: string) => string): Fact[] => [
  { name: 'state', text: session.state },
  { name: 'cipher', text: session.cipher },
  { name: 'opened by', text: session.how },
  { name: 'since', text: since(session.since) },
  { name: 'moves', text: formatCount(session.moves) },
  { name: 'gaps', text: gapsText(session.gaps) },
  { name: 'streams', text: formatCount(session.streams) },
  { name: 'padding', text: session.padding },
]

function gapsText({ count, lastMs, longestMs }: Session['gaps']): string {
  if (count === 0) return 'none'
  return `${formatCount(count)}, last ${formatMilliseconds(lastMs)}, longest ${formatMilliseconds(longestMs)}`
}

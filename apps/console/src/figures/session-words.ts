/**
 * A session in words: its cipher, the path that it uses, and everything as facts and as one sentence.
 * @module
 */
import type { Session } from '@vagus/api'
import type { SessionPair } from '@vagus/api/session-pairs'
import {
  agreementOf,
  gapsOf,
  leadingView,
  nameOfEnd,
  pairState,
  pathInUse,
  streamsText,
} from '@vagus/api/session-pairs'
import { formatCount, formatMilliseconds } from './format.ts'

const counted = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`

/** reader ↔ writer over udp, 41 ms, PQ/T hybrid, 3 moves, longest gap 32 ms. */
export function sentenceOfPair(pair: SessionPair): string {
  const { view } = pair
  const { longestMs } = gapsOf(pair)
  const path = pathInUse(leadingView(pair))
  const state = pairState(pair)
  const ends = `${nameOfEnd(pair.initiator)} ↔ ${nameOfEnd(pair.responder)}`
  return [
    `${ends}${state === 'up' ? '' : ` ${state},`}${path === undefined ? ' without a path' : ` over ${path.kind}`}`,
    ...(path === undefined || path.roundTripMs === null ? [] : [formatMilliseconds(path.roundTripMs)]),
    agreementOf(view.cipher),
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
  ...(session.moving === undefined ? [] : [{ name: 'moving', text: movingText(session, since) }]),
  { name: 'cipher', text: session.cipher },
  { name: 'opened by', text: session.how },
  { name: 'since', text: since(session.since) },
  { name: 'moves', text: formatCount(session.moves) },
  { name: 'gaps', text: gapsText(session.gaps) },
  { name: 'streams', text: streamsText(session) },
  { name: 'padding', text: session.padding },
]

function movingText({ moving, agent, peer }: Session, since: (at: string) => string): string {
  const { by, to, at, gapMs } = moving!
  const gap = gapMs === 0 ? '' : `, nothing may get through for ${formatMilliseconds(gapMs)}`
  return `${nameOfEnd(by === 'agent' ? agent : peer)} to ${to ?? 'another network'}, ${since(at)}${gap}`
}

function gapsText({ count, lastMs, longestMs }: Session['gaps']): string {
  if (count === 0) return 'none'
  return `${formatCount(count)}, last ${formatMilliseconds(lastMs)}, longest ${formatMilliseconds(longestMs)}`
}

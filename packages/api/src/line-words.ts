/** How a private line stands, in a few words. Free of zod, so that the page can import it. @module */
import { unknown } from './figures.ts'
import type { Line, LineMinute, LinePath, LineState } from './lines.ts'

/** In the order of a line's life. */
const stateMeanings: Readonly<Record<LineState, string>> = {
  asked: 'it is beyond the bounds of agents, and waits for the operator; no room is kept for it',
  booked: 'its room is kept free from its start on',
  'setting-up': 'its routers are being asked',
  active: 'its rate is held on every router of its path',
  moving: 'a second path is being set up; it goes over the first one until then',
  released: 'its routers hold nothing of it any more',
  failed: 'it is not there, and what had been set up was undone',
}
export const lineStateMeaning = ({ state }: Pick<Line, 'state'>): string => stateMeanings[state]

export const isLineOver = ({ state }: Pick<Line, 'state'>): boolean => state === 'released' || state === 'failed'

/** Its traffic rides now, or would if its probes came back. */
export const isLineHeld = ({ state }: Pick<Line, 'state'>): boolean => state === 'active' || state === 'moving'

type Steered = Pick<Line, 'state' | 'steered'>

/** An end sends past it. */
export const isLinePassed = ({ state, steered }: Steered): boolean => isLineHeld({ state }) && steered === false

/** The state; `NOT USED` instead where an end sends past the line. */
export const lineStateText = (line: Steered): string => (isLinePassed(line) ? 'NOT USED' : line.state)

/** Of a line that is passed. */
export const passedText = 'its probes are lost: an end sends past it, as best effort, until they come back'

/** Its routers: `pe-1 – p-2 – pe-4`. */
export function linePathText(path: Pick<LinePath, 'hops'> | null): string {
  if (path === null || path.hops.length === 0) return unknown
  return [path.hops[0]!.from, ...path.hops.map(({ to }) => to)].join(' – ')
}

/** Its links: `pe-1-p-2, pe-4-p-2`. */
export const lineLinksText = ({ hops }: Pick<LinePath, 'hops'>): string => hops.map(({ link }) => link).join(', ')

/** The second path of a line, or why there is none: `pe-1 – p-1 – pe-2, ready`. */
export const protectionText = ({ state, hops, because }: NonNullable<Line['protection']>): string =>
  state === 'ready' ? `${linePathText({ hops })}, ready` : `none: ${because}`

/** Of all probes that were sent, those that did not come back, 0..1; null: none was sent. */
export const probeLoss = ({ sent, lost }: LineMinute['probes']): number | null => (sent === 0 ? null : lost / sent)

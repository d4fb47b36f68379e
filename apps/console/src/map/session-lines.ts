/**
 * What agents are on the map: how many at each site, and one line between two sites for all sessions between theirs.
 * @module
 */
import type { Agent } from '@vagus/api'
import type { SessionPair } from '@vagus/api/session-pairs'
import { pairState } from '@vagus/api/session-pairs'
import type { Curve } from './curve.ts'
import { curveBetween, pointOn } from './curve.ts'
import type { Box } from './geometry.ts'
import { overlap } from './geometry.ts'
import type { Placement } from './placement.ts'

/** The sites that have agents, each with them, by name. */
export function agentsBySite(agents: readonly Agent[]): ReadonlyMap<string, readonly Agent[]> {
  const placed = agents.filter(({ site }) => site !== null).sort((a, b) => a.name.localeCompare(b.name))
  return Map.groupBy(placed, ({ site }) => site!)
}

export interface SessionLine {
  /** Both sites, in the order of their names. */
  readonly key: string
  readonly sites: readonly [string, string]
  /** Never empty. */
  readonly pairs: readonly SessionPair[]
  /** How many of them are silent. */
  readonly silent: number
  readonly curve: Curve
}

/** One line for two sites with sessions between them. Sessions inside a site, or with an agent of none, have no line. */
export function sessionLinesOf(
  pairs: readonly SessionPair[],
  agents: readonly Agent[],
  { nodes, plate }: Placement,
): SessionLine[] {
  const siteOf = new Map(agents.map(({ id, site }) => [id, site ?? undefined]))
  const sitesOf = ({ initiator, responder }: SessionPair): string[] =>
    [initiator, responder].map(({ id }) => siteOf.get(id) ?? '').sort()
  const middle = { x: plate.x + plate.width / 2, y: plate.y + plate.height / 2 }
  return [...Map.groupBy(pairs, (pair) => sitesOf(pair).join('~'))].flatMap(([key, pairs]) => {
    const [first = '', second = ''] = sitesOf(pairs[0]!)
    const [one, other] = [nodes.get(first), nodes.get(second)]
    if (one === undefined || other === undefined || one === other) return []
    const silent = pairs.filter((pair) => pairState(pair) === 'silent').length
    return [{ key, sites: [first, second], pairs, silent, curve: curveBetween(one, other, middle) }]
  })
}

/** Words at a line: only where the line alone does not say it. */
export function noteOf({ pairs, silent }: SessionLine): string {
  if (silent === 0) return pairs.length === 1 ? '' : `${pairs.length} sessions`
  return pairs.length === 1 ? 'silent' : `${silent} of ${pairs.length} silent`
}

export type SessionNote = Box & { readonly key: string; readonly text: string; readonly silent: number }

const shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74] as const
/** Half the width of a character of 11 px Inter, as a mean; and half the height of a line. */
const halfCharacter = 3
const halfLine = 8

/** The note of each line that has one, on its line where it covers nothing, else in its middle. */
export function placeNotes(lines: readonly SessionLine[], obstacles: readonly Box[]): SessionNote[] {
  const placed: SessionNote[] = []
  for (const line of lines) {
    const text = noteOf(line)
    if (text === '') continue
    const box = {
      key: line.key,
      text,
      silent: line.silent,
      halfWidth: text.length * halfCharacter,
      halfHeight: halfLine,
    }
    const candidates = shares.map((share) => ({ ...box, ...pointOn(line.curve, share) }))
    const free = candidates.find((note) => ![...obstacles, ...placed].some((other) => overlap(note, other)))
    placed.push(free ?? candidates[0]!)
  }
  return placed
}

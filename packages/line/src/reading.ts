/** What the routers of a path tell at one time: what they have sent and dropped, and how probes fare. @module */
import type { LineHold, LineMeasured } from '@vagus/grasp/objectives'
import { wireRate } from './rate.ts'

/** Counts since the path was laid; null: not told. Plain JSON. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Of the path. */
  readonly number: number
  /** From `a` to `z` of the path. */
  readonly forth: Counted | null
  readonly back: Counted | null
  readonly probes: Probes | null
}

export interface Counted {
  /** That the last router has sent on, as the sites see them. */
  readonly octets: number
  /** Packets that any router on the way has dropped. */
  readonly dropped: number
}

export interface Probes {
  readonly sent: number
  readonly lost: number
  /** Round trips of the last minute, milliseconds; null: none came back. */
  readonly p50: number | null
  readonly p99: number | null
}

/** Octets that the path adds to each packet. */
const added = wireRate(1200) - 1200

/** `holds`: in the order of the path. `told`: of each hold; undefined where its router does not say. */
export function readingOf(
  holds: readonly LineHold[],
  told: readonly (LineMeasured | undefined)[],
  { number, now }: Pick<Reading, 'number' | 'now'>,
): Reading {
  const towards = (end: LineHold | undefined): Counted | null => counted(holds, told, end?.end?.locator)
  // Both ends probe the same way there and back; the worse one counts.
  const probes = [told[0]?.probes, told.at(-1)?.probes].filter((one) => one !== undefined).map(probesOf)
  return { now, number, forth: towards(holds.at(-1)), back: towards(holds[0]), probes: probes.reduce(worse, null) }
}

/** In one direction; null unless the router before the end has told. */
function counted(
  holds: readonly LineHold[],
  told: readonly (LineMeasured | undefined)[],
  locator: string | undefined,
): Counted | null {
  const way = holds.map(({ transmits }, at) => {
    const index = transmits.findIndex(({ towards }) => towards === locator)
    return { isLast: isNextToEnd(holds, at, locator), sent: index < 0 ? undefined : told[at]?.sent?.[index] }
  })
  const last = way.find(({ isLast }) => isLast)?.sent
  if (last === undefined) return null
  const dropped = way.reduce((sum, { sent }) => sum + (sent?.dropped ?? 0), 0)
  return { octets: Math.max(0, last.octets - last.packets * added), dropped }
}

const isNextToEnd = (holds: readonly LineHold[], at: number, locator: string | undefined): boolean =>
  holds[at - 1]?.end?.locator === locator || holds[at + 1]?.end?.locator === locator

const probesOf = ({ sent, lost, p50, p99 }: NonNullable<LineMeasured['probes']>): Probes => ({
  sent,
  lost,
  p50: p50 === null ? null : p50 / 1000,
  p99: p99 === null ? null : p99 / 1000,
})

function worse(one: Probes | null, other: Probes): Probes {
  if (one === null) return other
  const most = (key: 'p50' | 'p99'): number | null =>
    one[key] === null || other[key] === null ? (one[key] ?? other[key]) : Math.max(one[key], other[key])
  return { sent: one.sent + other.sent, lost: one.lost + other.lost, p50: most('p50'), p99: most('p99') }
}

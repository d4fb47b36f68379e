/** What the kernel is to have for the parts that are in force: routes, rules, classes. Pure. @module */
import type { LineHold, LineOffer, LineSteer } from '@vagus/grasp/objectives'
import type { RateClass, SegmentRoute, SegmentRule } from '@vagus/linux'
import { addressesOf } from '@vagus/line'
import { selectorKey } from './line-bounds.ts'
import { destinationOf } from './locator.ts'
import { locatorTable, tableOf } from './marks.ts'
import type { PathState } from './path-watch.ts'

export interface Wanted {
  /** Over a link, its gateway is not known yet: `via` is put in by whoever asks the kernel. */
  readonly routes: readonly (SegmentRoute | HeldRoute)[]
  readonly rules: readonly SegmentRule[]
  /** By interface. */
  readonly classes: ReadonlyMap<string, readonly RateClass[]>
}

/** Over the only other router at the interface. */
interface HeldRoute extends Pick<SegmentRoute, 'to' | 'table' | 'interface'> {
  readonly how: { readonly type: 'neighbour' }
}

type Of<Part> = Pick<LineOffer, 'number' | 'planId'> & { readonly part: Part }

/**
 * @param offers in force, oldest first
 * @param block in which all locators are
 * @param stateOf the path of that number, as probes say
 */
export function wantedOf(offers: readonly LineOffer[], block: string, stateOf: (number: number) => PathState): Wanted {
  const holds = offers.filter((one): one is LineOffer & Of<LineHold> => one.part?.type === 'hold')
  const steers = offers.filter((one): one is LineOffer & Of<LineSteer> => one.part?.type === 'steer')
  // What is for a path ends here where the path does: else it would leave by the default route of a router whose link is down.
  const dead = { to: block, table: locatorTable, interface: 'lo', how: { type: 'unreachable' } } as const
  const led = steers.flatMap((one) => {
    const transmit = holds.find(({ number }) => number === one.number)?.part.transmits[0]
    return transmit === undefined ? [] : [{ ...one, out: transmit.interface }]
  })
  const usable = [...Map.groupBy(led, ({ part }) => selectorKey(part)).values()].flatMap((some) =>
    preferred(some, stateOf),
  )
  return {
    routes: [dead, ...holds.flatMap(holdRoutes), ...led.flatMap(steerRoutes)],
    rules: [{ type: 'to', to: block, table: locatorTable }, ...usable.flatMap(rulesOf)],
    classes: classesOf(holds),
  }
}

export const nothing: Wanted = { routes: [], rules: [], classes: new Map() }

/**
 * Of steers of the same packets, oldest first, the one that has them: of paths that answer, else of those that are silent, the
 * newest to which the line has moved, else the oldest that protects it. None where all are away.
 */
function preferred<One extends Of<LineSteer>>(steers: readonly One[], stateOf: (number: number) => PathState): One[] {
  for (const state of ['answers', 'silent'] as const) {
    const some = steers.filter(({ number }) => stateOf(number) === state)
    const one = some.findLast(({ part }) => part.standby === undefined) ?? some[0]
    if (one !== undefined) return [one]
  }
  return []
}

/** Numbers of paths beside which there is another one for the same packets. */
export function withAlternative(offers: readonly LineOffer[]): ReadonlySet<number> {
  const steers = offers.filter((one): one is LineOffer & Of<LineSteer> => one.part?.type === 'steer')
  const groups = Map.groupBy(steers, ({ part }) => selectorKey(part)).values()
  return new Set([...groups].flatMap((some) => (some.length < 2 ? [] : some.map(({ number }) => number))))
}

function holdRoutes({ part: { transmits, end } }: Of<LineHold>): Wanted['routes'] {
  const [first] = transmits
  const out = (inner: 4 | 6): SegmentRoute => ({
    to: `${addressesOf(end!.locator)[inner === 4 ? 'dx4' : 'dx6']}/128`,
    table: locatorTable,
    interface: first!.interface,
    how: { type: 'decapsulate', inner },
  })
  return [
    ...transmits.map(({ towards, interface: name }): HeldRoute => ({
      to: towards,
      table: locatorTable,
      interface: name,
      how: { type: 'neighbour' },
    })),
    ...(end === undefined ? [] : [out(4), out(6), probed(addressesOf(end.locator).probe)]),
  ]
}

/** Probes are for this host. On the loopback the address would be announced by every daemon that announces that. */
const probed = (address: string): SegmentRoute => ({
  to: `${address}/128`,
  table: locatorTable,
  interface: 'lo',
  how: { type: 'local' },
})

const steerRoutes = ({ number, part, out }: Of<LineSteer> & { readonly out: string }): readonly SegmentRoute[] =>
  part.to.map((to) => ({
    to,
    table: tableOf(number),
    interface: out,
    how: { type: 'encapsulate', segment: addressesOf(part.remote)[to.includes(':') ? 'dx6' : 'dx4'] },
  }))

/** From a version that is not gone to, nothing would ride. */
function rulesOf({ number, part: { interface: name, from, to } }: Of<LineSteer>): readonly SegmentRule[] {
  const versions = new Set(to.map((prefix) => prefix.includes(':')))
  return from
    .filter((prefix) => versions.has(prefix.includes(':')))
    .map((prefix) => ({ type: 'from', interface: name, from: prefix, table: tableOf(number) }))
}

function classesOf(holds: readonly Of<LineHold>[]): ReadonlyMap<string, readonly RateClass[]> {
  const classes = new Map<string, RateClass[]>()
  for (const { number, part } of holds) {
    for (const { interface: name, towards, bitsPerSecond } of part.transmits) {
      const list = classes.get(name) ?? []
      list.push({ number, destination: destinationOf(towards), bitsPerSecond })
      classes.set(name, list)
    }
  }
  return classes
}

/**
 * Bits per second that holds keep free at an interface together. Of a path that takes over an older one on the same link, and
 * of the older one, the larger rate counts. A path is taken over once, so that nobody holds more than there is by naming it
 * again.
 * @param holds oldest first
 */
export function keptAt(name: string, holds: readonly Pick<LineOffer, 'number' | 'part'>[]): number {
  /** Not taken over yet. */
  const free = new Map<number, number>()
  let sum = 0
  for (const { number, part } of holds) {
    if (part?.type !== 'hold') continue
    const rate = part.transmits.find((one) => one.interface === name)?.bitsPerSecond
    if (rate === undefined) continue
    const before = part.insteadOf === undefined ? undefined : free.get(part.insteadOf)
    if (before !== undefined) free.delete(part.insteadOf!)
    free.set(number, rate)
    sum += rate - Math.min(rate, before ?? 0)
  }
  return sum
}

/** What intents say of steering: which moves may be proposed, which approvals made, and which intents shaped a proposal. @module */
import type { Proposal } from '@vagus/api/steering'
import { loadCap, medRefusal, type Orders, overlap } from '@vagus/intent'
import type { Pin, PrefixReading } from '@vagus/steering'
import type { ConfiguredBorder } from '../steering/borders.ts'
import type { BorderLinkReading } from '../steering/link-readings.ts'
import type { IntentOrders } from './intent-orders.ts'

export interface BoundReading {
  readonly links: readonly BorderLinkReading[]
  readonly prefixes: readonly PrefixReading[]
}

export type Shaping = NonNullable<Proposal['intents']>

type Asked = Pick<Proposal, 'classes' | 'moves'>

export interface SteeringIntentsParts {
  readonly orders: IntentOrders
  /** How many leases began at the device within the last hour. */
  readonly movesLastHour: (device: string) => number
}

/** Heavier prefixes come first, and the engine looks at a quarter of these one by one. */
const maxBound = 1024
/** Any lease: whether one of this length may be is asked with the approval. */
const shortestMs = 1

export class SteeringIntents {
  readonly #parts: SteeringIntentsParts

  constructor(parts: SteeringIntentsParts) {
    this.#parts = parts
  }

  /** Why no agent is to be asked for it, a sentence without a full stop; undefined: no intent speaks against it. */
  refusal({ links }: ConfiguredBorder, { classes, moves }: Asked, leaseMs: number): string | undefined {
    const goals = moves.flatMap(({ prefix, to }) => {
      const end = links.find(({ name }) => name === to)?.end
      return end === undefined
        ? []
        : [{ prefix, device: end.device.name, interface: end.interface, purpose: 'enter' as const }]
    })
    // Where traffic goes nothing is set; an earlier class there may end.
    const set = classes.filter((one) => one.class !== null).map((one) => ({ ...one, purpose: 'set' as const }))
    for (const { prefix, device, interface: name, purpose } of [...goals, ...set]) {
      const orders = this.#parts.orders.at(device)
      const movesLastHour = this.#parts.movesLastHour(device)
      const asked = { prefix, interface: name, purpose, leaseMs, movesLastHour }
      const found = orders && medRefusal(orders, asked)
      if (found !== undefined) return `${device}: ${found.problem}`
    }
    return undefined
  }

  /** Milliseconds: the longest lease that intents allow at the devices of the proposal; Infinity where none says. */
  longestLease({ classes }: Pick<Asked, 'classes'>): number {
    const all = classes.flatMap(({ device }) => this.#parts.orders.at(device)?.inForce ?? [])
    return Math.min(
      ...all.map(({ intent: { goal } }) => (goal.type === 'bounds' && goal.steering?.leaseMs) || Infinity),
    )
  }

  /** With the ceilings of links, and with where each prefix may be moved. */
  bind({ links: ends }: ConfiguredBorder, { links, prefixes }: BoundReading): BoundReading {
    const places = ends.map(({ end }) => ({ orders: lasting(this.#orders(end.device.name)), name: end.interface }))
    const capped = links.map((link, at) => {
      const { orders, name } = places[at]!
      const cap = orders && loadCap(orders, name)
      return cap === undefined ? link : { ...link, ceiling: cap.share * link.capacity }
    })
    if (!places.some(({ orders }) => orders?.inForce.some(isAboutPrefixes) === true)) return { links: capped, prefixes }
    const bound = prefixes.map((one, at) => {
      const pin = at < maxBound ? pinOf(one.prefix, places) : undefined
      return pin === undefined ? one : { ...one, pin }
    })
    return { links: capped, prefixes: bound }
  }

  /** Which intents made the proposal what it is, by name. */
  shaping({ links: ends }: ConfiguredBorder, proposal: Pick<Proposal, 'because' | 'rejected'>): Shaping {
    const found = new Map<string, string>()
    for (const { link, basis } of proposal.because) {
      const end = ends.find(({ name }) => name === link)?.end
      const orders = end && this.#orders(end.device.name)
      const cap = basis === 'intent' && orders ? loadCap(orders, end.interface) : undefined
      if (cap !== undefined)
        found.set(cap.order.intent.name, `${link} is to stay below ${Math.round(100 * cap.share)} % of its capacity`)
    }
    for (const { end } of ends)
      for (const { intent } of lasting(this.#orders(end.device.name))?.inForce ?? [])
        for (const { move } of proposal.rejected)
          if (intent.goal.type === 'pin' && overlap(intent.goal.prefix, move.prefix))
            found.set(intent.name, `${move.prefix} is not moved from ${move.from}`)
    return [...found].map(([intent, effect]) => ({ intent, effect })).sort((a, b) => (a.intent < b.intent ? -1 : 1))
  }

  #orders(device: string): Orders | undefined {
    const orders = this.#parts.orders.at(device)
    return orders?.standing === 'holds' ? orders : undefined
  }
}

interface Place {
  readonly orders: Orders | undefined
  readonly name: string
}

/** Without freezes: what is proposed meanwhile may be approved after them. */
const lasting = (orders: Orders | undefined): Orders | undefined =>
  orders && { ...orders, inForce: orders.inForce.filter(({ intent }) => intent.goal.type !== 'freeze') }

const isAboutPrefixes = ({ intent: { goal } }: Orders['inForce'][number]): boolean =>
  goal.type === 'pin' || (goal.type === 'bounds' && goal.steering !== undefined)

/** A move to a link sets a MED on all others. Undefined: it may be moved to any. */
function pinOf(prefix: string, places: readonly Place[]): Pin | undefined {
  const refusedAt = ({ orders, name }: Place, purpose: 'set' | 'enter'): string | null | undefined => {
    const asked = { prefix, interface: name, purpose, leaseMs: shortestMs, movesLastHour: 0 }
    return orders && medRefusal(orders, asked)?.intent
  }
  const refusals = places.map((to) =>
    [refusedAt(to, 'enter'), ...places.map((other) => (other === to ? undefined : refusedAt(other, 'set')))].find(
      (by) => by !== undefined,
    ),
  )
  const by = refusals.find((one) => typeof one === 'string')
  if (by === undefined) return undefined
  return { links: [...refusals.keys()].filter((at) => refusals[at] === undefined), by: `intent "${by}"` }
}

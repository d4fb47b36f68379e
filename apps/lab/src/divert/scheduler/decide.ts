/** Where a scheduler has a task done. Pure: times are milliseconds from now on. @module */

export const strategies = ['stay', 'idlest', 'aware', 'line'] as const
/**
 * `stay`: always at home. `idlest`: at whoever has a slot first, blind to the network. `aware`: where it is done first, with
 * the time that its input takes. `line`: likewise, and a line is ordered where nothing else is in time.
 */
export type Strategy = (typeof strategies)[number]

export interface Place {
  /** Slots that nothing waits for. */
  readonly free: number
  /** Until one more task would get a slot. */
  readonly wait: number
}

export interface Bid extends Place {
  readonly name: string
  readonly site: string
  /** Until the input is there, beside all else that is under way; null: nobody can tell. Undefined: the network says nothing. */
  readonly transfer: number | null | undefined
  /** The same over a line that would be ordered, its set-up included; null: none is possible. */
  readonly withLine: number | null
}

export interface Decision {
  /** Undefined: at home. */
  readonly to: string | undefined
  readonly orders: 'line' | 'nothing'
}

/** By how much it must be done earlier elsewhere: below, diverting is not worth its messages. */
const worth = 300

/** @param left until the output is due */
export function decide(
  strategy: Strategy,
  { work, left }: { readonly work: number; readonly left: number },
  home: Place,
  bids: readonly Bid[],
): Decision {
  const stays: Decision = { to: undefined, orders: 'nothing' }
  if (strategy === 'stay' || home.free > 0) return stays
  if (strategy === 'idlest') {
    const [idlest] = bids.toSorted((one, other) => one.wait - other.wait || other.free - one.free)
    return idlest !== undefined && idlest.wait < home.wait ? { to: idlest.name, orders: 'nothing' } : stays
  }
  // Without the network's help it is as good as blind, and no worse.
  const doneAt = ({ wait }: Place, input: number | null = 0): number => Math.max(wait, input ?? Infinity) + work
  const athome = doneAt(home, 0)
  const first = firstOf(bids, (bid) => doneAt(bid, bid.transfer))
  const best = first !== undefined && first.at + worth < athome ? first : { at: athome, name: undefined }
  if (strategy === 'line' && best.at > left) {
    const over = firstOf(bids, (bid) => doneAt(bid, bid.withLine))
    if (over !== undefined && over.at <= left) return { to: over.name, orders: 'line' }
  }
  return { to: best.name, orders: 'nothing' }
}

/** The one that is done first; undefined where nobody can tell of any. */
function firstOf(
  bids: readonly Bid[],
  doneAt: (bid: Bid) => number,
): { readonly name: string; readonly at: number } | undefined {
  const all = bids.map((bid) => ({ name: bid.name, at: doneAt(bid) })).filter(({ at }) => at < Infinity)
  return all.toSorted((one, other) => one.at - other.at)[0]
}

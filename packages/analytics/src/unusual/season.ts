/**
 * The daily and weekly rhythm of one series: a mean for each time of day, and how each hour of the week differs from it. Of a
 * time that was never seen it says nothing.
 * @module
 */

const dayMs = 86_400_000
const hourMs = 3_600_000
const daySlots = 96
const weekSlots = 168
/** A slot is renewed by so much with each day at least, so that a rhythm that changes is followed within a week. */
const leastRenewal = { day: 0.2, week: 0.3 } as const

export interface SeasonSnapshot {
  /** By quarter of an hour, UTC; null where nothing is known. */
  readonly day: readonly (number | null)[]
  /** By hour from Thursday 00:00 UTC, as 1970 began: the difference to the day. */
  readonly week: readonly (number | null)[]
}

export class Season {
  readonly #day: Mean[]
  readonly #week: Mean[]

  constructor(snapshot?: SeasonSnapshot) {
    this.#day = meansOf(daySlots, snapshot?.day)
    this.#week = meansOf(weekSlots, snapshot?.week)
  }

  /** At a time in milliseconds since 1970, interpolated between quarters; NaN where the day has not been seen. */
  dayAt(at: number): number {
    const place = ((at % dayMs) / dayMs) * daySlots - 0.5
    const before = Math.floor(place)
    const part = place - before
    const one = this.#day[(before + daySlots) % daySlots]!.value
    const other = this.#day[(before + 1) % daySlots]!.value
    if (Number.isNaN(one)) return other
    return Number.isNaN(other) ? one : one + (other - one) * part
  }

  /** What the hour of the week adds to the day; 0 before the second week. */
  weekAt(at: number): number {
    const { value } = this.#week[weekSlotOf(at)]!
    return Number.isNaN(value) ? 0 : value
  }

  /** @param share of a slot's length that the value stands for */
  learn(value: number, at: number, share: number): void {
    const slot = this.#day[Math.floor(((at % dayMs) / dayMs) * daySlots)]!
    const day = slot.value
    slot.take(value, share, leastRenewal.day)
    if (!Number.isNaN(day)) this.#week[weekSlotOf(at)]!.take(value - day, share / 4, leastRenewal.week)
  }

  /** The whole rhythm goes to another level. */
  shift(by: number): void {
    for (const slot of this.#day) slot.value += by
  }

  snapshot(): SeasonSnapshot {
    return { day: this.#day.map(kept), week: this.#week.map(kept) }
  }
}

const weekSlotOf = (at: number): number => Math.floor(at / hourMs) % weekSlots

/** Of what was seen of a slot, the newest counting most. */
class Mean {
  value = NaN
  /** Lengths of slots that it has learned from. */
  #seen = 0

  constructor(value: unknown) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return
    this.value = value
    this.#seen = 1
  }

  take(value: number, share: number, least: number): void {
    this.#seen += share
    if (Number.isNaN(this.value)) this.value = value
    else this.value += (value - this.value) * share * Math.max(least, Math.min(1, 1 / Math.max(this.#seen, share)))
  }
}

const meansOf = (slots: number, kept: unknown): Mean[] => {
  const list: readonly unknown[] = Array.isArray(kept) ? kept : []
  return Array.from({ length: slots }, (_, slot) => new Mean(list[slot]))
}

const kept = ({ value }: Mean): number | null => (Number.isNaN(value) ? null : Number(value.toPrecision(6)))

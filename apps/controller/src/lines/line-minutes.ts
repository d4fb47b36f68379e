/** What a line delivered, by the minute, from the counters and probes of its routers. Pure. @module */
import type { LineMinute } from '@vagus/api/lines'
import type { LineMeasured } from '@vagus/grasp/objectives'
import { wireRate } from '@vagus/line'
import { timeText } from '../resources/windows.ts'
import type { KeptPart, LaidPath } from './line-book.ts'

/** Cumulative counts of one path; null: that router did not tell. */
export interface LineSample {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of the path: another one begins to count anew. */
  readonly number: number
  readonly forth: Counted | null
  readonly back: Counted | null
  readonly probes: NonNullable<LineMeasured['probes']> | null
}

interface Counted {
  /** As the sites see it. */
  readonly octets: number
  readonly dropped: number
}

/** Of each packet, what the path adds to it. */
const overhead = wireRate(1200) - 1200
/** Between two samples, milliseconds: in more nobody knows what happened. */
const maxGap = 30_000

/** What its routers tell. `told`: by plan. */
export function sampleOf(
  { number, path, parts }: LaidPath,
  told: ReadonlyMap<string, LineMeasured>,
  at: number,
): LineSample {
  const holds = parts.filter(({ place }) => place.part.type === 'hold')
  const [a, z] = [holds[0]!, holds.at(-1)!]
  const endsAt = (hold: KeptPart): string =>
    hold.place.part.type === 'hold' ? (hold.place.part.end?.locator ?? '') : ''
  return {
    at,
    number,
    forth: countedTowards(endsAt(z), holds.slice(0, path.hops.length), told),
    back: countedTowards(endsAt(a), holds.slice(1).reverse(), told),
    probes: told.get(a.place.plan)?.probes ?? null,
  }
}

/** What the last router of `holds` has sent there, and what all dropped on the way. */
function countedTowards(
  locator: string,
  holds: readonly KeptPart[],
  told: ReadonlyMap<string, LineMeasured>,
): Counted | null {
  const sent = holds.map(({ place: { part, plan } }) => {
    const at = part.type === 'hold' ? part.transmits.findIndex(({ towards }) => towards === locator) : -1
    return told.get(plan)?.sent?.[at]
  })
  const last = sent.at(-1)
  if (last === undefined) return null
  return {
    octets: Math.max(0, last.octets - last.packets * overhead),
    dropped: sent.reduce((sum, one) => sum + (one?.dropped ?? 0), 0),
  }
}

interface Sums {
  seconds: number
  forth: { octets: number; dropped: number }
  back: { octets: number; dropped: number }
  probes: { sent: number; lost: number }
  roundTrip: LineMinute['roundTripMs']
}

const noSums = (): Sums => ({
  seconds: 0,
  forth: { octets: 0, dropped: 0 },
  back: { octets: 0, dropped: 0 },
  probes: { sent: 0, lost: 0 },
  roundTrip: null,
})

const minuteMs = 60_000

/** Of one line; to be given a sample every few seconds. */
export class LineMinutes {
  #last: LineSample | undefined
  #sums = noSums()
  #minute: number | undefined

  /** The minute that is over with this sample, if one is. */
  add(sample: LineSample): LineMinute | undefined {
    const minute = Math.floor(sample.at / minuteMs)
    const done = this.#minute !== undefined && minute !== this.#minute ? this.current() : undefined
    if (minute !== this.#minute) this.#sums = noSums()
    this.#minute = minute
    this.#count(sample)
    this.#last = sample
    return done
  }

  /** The minute that has begun; undefined before there are figures. */
  current(): LineMinute | undefined {
    const { seconds, forth, back, probes, roundTrip } = this.#sums
    if (this.#minute === undefined || seconds === 0) return undefined
    const rate = ({ octets }: { readonly octets: number }): number => (octets * 8) / seconds
    return {
      at: timeText(this.#minute * minuteMs),
      seconds,
      delivered: { forth: rate(forth), back: rate(back) },
      dropped: { forth: forth.dropped, back: back.dropped },
      roundTripMs: roundTrip,
      probes: { ...probes },
    }
  }

  /** What was between the last two samples belongs to the minute of the second one. */
  #count(sample: LineSample): void {
    const last = this.#last
    const gap = sample.at - (last?.at ?? sample.at)
    // A path of another number counts from 0, and so does a router that was started again.
    if (last === undefined || last.number !== sample.number || gap <= 0 || gap > maxGap) return
    const isKnown = last.forth !== null && last.back !== null && sample.forth !== null && sample.back !== null
    if (!isKnown || sample.forth.octets < last.forth.octets || sample.back.octets < last.back.octets) return
    this.#sums.seconds += gap / 1000
    for (const way of ['forth', 'back'] as const) {
      this.#sums[way].octets += sample[way]!.octets - last[way]!.octets
      this.#sums[way].dropped += Math.max(0, sample[way]!.dropped - last[way]!.dropped)
    }
    if (sample.probes === null) return
    const before = last.probes ?? { sent: 0, lost: 0 }
    this.#sums.probes.sent += Math.max(0, sample.probes.sent - before.sent)
    this.#sums.probes.lost += Math.max(0, sample.probes.lost - before.lost)
    const { p50, p99 } = sample.probes
    this.#sums.roundTrip = p50 === null || p99 === null ? null : { p50: p50 / 1000, p99: p99 / 1000 }
  }
}

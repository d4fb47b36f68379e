/**
 * Totals of an interface over rounds: counters of 32 bits are unrolled where they wrap, and where they began anew nothing is
 * said of the time between (RFC 2863 section 3.1.6: ifCounterDiscontinuityTime). Pure.
 * @module
 */
import type { CounterBits } from './objects.ts'

/** As the router has them. */
export interface RawCounters {
  readonly bits: CounterBits
  /** When the answer came, milliseconds since 1970. */
  readonly at: number
  /** Bits per second; 0 is unknown. */
  readonly speed: number
  /** ifCounterDiscontinuityTime, hundredths of a second; 0 where the router has none. */
  readonly discontinuity: bigint
  readonly inOctets: bigint
  readonly outOctets: bigint
  /** Unicast, multicast, broadcast: each wraps by itself, and may be missing. */
  readonly inPackets: readonly (bigint | undefined)[]
  readonly outPackets: readonly (bigint | undefined)[]
}

export interface Totals {
  readonly inOctets: bigint
  readonly outOctets: bigint
  readonly inPackets: number
  readonly outPackets: number
  /** Whether they go on from those before: then they differ by what passed. */
  readonly continued: boolean
}

/** No interface has 10 Tb/s, and no packet is shorter than an octet. */
const maxPerSecond = 1.25e12
const twoTo32 = 2n ** 32n

/** How fast an interface may be whose totals of 32 bits wrap at most once between two rounds; bits per second. */
export const speedOfOneWrap = (milliseconds: number): number => (Number(twoTo32) * 8000) / milliseconds

export class TotalsOfInterface {
  #before: RawCounters | undefined
  #totals: Totals | undefined

  /** Nothing is known of the time from the last counters to the next ones. */
  breakOff(): void {
    this.#before = undefined
  }

  take(raw: RawCounters): Totals {
    const before = this.#before
    const totals = this.#totals
    this.#before = raw
    const passed = before === undefined ? undefined : passedBetween(before, raw)
    if (passed === undefined || totals === undefined) {
      this.#totals = { ...(totals ?? begunOf(raw)), continued: false }
    } else {
      this.#totals = {
        inOctets: totals.inOctets + passed.inOctets,
        outOctets: totals.outOctets + passed.outOctets,
        inPackets: totals.inPackets + passed.inPackets,
        outPackets: totals.outPackets + passed.outPackets,
        continued: true,
      }
    }
    return this.#totals
  }
}

const sum = (values: readonly (bigint | undefined)[]): number =>
  Number(values.reduce<bigint>((all, value) => all + (value ?? 0n), 0n))

const begunOf = ({ inOctets, outOctets, inPackets, outPackets }: RawCounters): Omit<Totals, 'continued'> => ({
  inOctets,
  outOctets,
  inPackets: sum(inPackets),
  outPackets: sum(outPackets),
})

/** Undefined where the counters began anew, or cannot be told from such. */
function passedBetween(before: RawCounters, raw: RawCounters): Omit<Totals, 'continued'> | undefined {
  const milliseconds = raw.at - before.at
  if (milliseconds <= 0 || raw.bits !== before.bits || raw.discontinuity !== before.discontinuity) return undefined
  if (raw.bits === 32 && raw.speed > speedOfOneWrap(milliseconds)) return undefined
  const most = BigInt(Math.ceil(mostOctets(raw, milliseconds)))
  const differences = (name: 'inPackets' | 'outPackets'): readonly (bigint | undefined)[] =>
    raw[name].map((value, at) => {
      const last = before[name][at]
      return value === undefined || last === undefined ? 0n : difference(last, value, raw.bits, most)
    })
  const inOctets = difference(before.inOctets, raw.inOctets, raw.bits, most)
  const outOctets = difference(before.outOctets, raw.outOctets, raw.bits, most)
  const [inPackets, outPackets] = [differences('inPackets'), differences('outPackets')]
  if (inOctets === undefined || outOctets === undefined) return undefined
  if (inPackets.includes(undefined) || outPackets.includes(undefined)) return undefined
  return { inOctets, outOctets, inPackets: sum(inPackets), outPackets: sum(outPackets) }
}

/**
 * Octets that may have passed: of counters of 32 bits half as many again as the speed allows, since routers refresh their
 * counters at times of their own. Without a speed a wrap is told from a new beginning only up to half of the range.
 */
function mostOctets({ bits, speed }: RawCounters, milliseconds: number): number {
  if (bits === 64) return (maxPerSecond * milliseconds) / 1000
  return speed === 0 ? Number(twoTo32) / 2 : Math.min(Number(twoTo32), (speed / 8000) * milliseconds * 1.5)
}

function difference(before: bigint, now: bigint, bits: CounterBits, most: bigint): bigint | undefined {
  const grown = now >= before ? now - before : bits === 32 ? now - before + twoTo32 : undefined
  return grown !== undefined && grown <= most ? grown : undefined
}

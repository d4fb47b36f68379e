/**
 * How long records take to come: from a record's first packet to its arrival. An exporter reports a flow that goes on
 * once per active timeout, so that the last minute is known only a timeout later; a clock that is behind adds to that.
 *
 *   block → some of its rows → volume by lag of their exporter, which halves every minute
 *   lagAt → lag of each exporter's volume → lag of all that carry a notable part of the traffic
 * @module
 */
import type { FlowBlock } from '@vagus/flow'

/** Windows end at least this much before now, milliseconds. */
export const leastRecordLag = 10_000
/** Windows end at most this much before now, milliseconds: an active timeout of a minute and a clock a minute behind. */
export const mostRecordLag = 120_000

/** An exporter whose records come so late that windows do not wait for them. */
export interface LateExporter {
  readonly exporter: number
  /** From the first packet of records to their arrival, milliseconds. */
  readonly lag: number
}

/** Rows of a block that are looked at: all of a small one. */
const sampledRows = 64
const halfLifeMs = 60_000
/** An exporter silent for this long is forgotten. */
const memoryMs = 600_000
/** How long an answer stays valid. */
const answerMs = 1000
/** Part of an exporter's volume that may come later than its lag, and of all traffic that may be of later exporters. */
const laterVolume = 0.02
const laterExporters = 0.05

/** Bins of 5 s up to the maximum, then of a minute; the last one has all that is later still. */
const binMs = 5000
const longBinMs = 60_000
const shortBins = mostRecordLag / binMs
const bins = shortBins + 31

const twoTo32 = 2 ** 32

export class RecordLags {
  readonly #exporters = new Map<number, ExporterLag>()
  /** Rows that the next block begins with, so that what repeats in a block is not always missed. */
  #offset = 0
  #answer = { at: -Infinity, lag: leastRecordLag, late: [] as readonly LateExporter[] }

  /** Learns from a block that has just arrived. `now` in milliseconds since 1970. */
  learn(block: FlowBlock, now: number): void {
    const { start, end, octets, samplingRate, exporter, length } = block
    const stride = Math.ceil(length / sampledRows)
    for (let row = stride > 1 ? this.#offset++ % stride : 0; row < length; row += stride) {
      const to = end[row * 2 + 1]! * twoTo32 + end[row * 2]!
      // It was held back, such as for its template, and does not tell how late others are.
      if (now - to > mostRecordLag) continue
      const from = start[row * 2 + 1]! * twoTo32 + start[row * 2]!
      const volume = (octets[row * 2 + 1]! * twoTo32 + octets[row * 2]!) * (samplingRate[row]! || 1)
      this.#lagOf(exporter[row]!).add(now - (from === 0 ? to : Math.min(from, to)), volume * stride, now)
    }
  }

  /** Milliseconds before `now` up to which nearly all traffic is known, from `leastRecordLag` to `mostRecordLag`. */
  lagAt(now: number): number {
    return this.#at(now).lag
  }

  /** Exporters whose records come later than `mostRecordLag`. */
  lateAt(now: number): readonly LateExporter[] {
    return this.#at(now).late
  }

  #lagOf(exporter: number): ExporterLag {
    const known = this.#exporters.get(exporter)
    if (known !== undefined) return known
    const lag = new ExporterLag()
    this.#exporters.set(exporter, lag)
    return lag
  }

  #at(now: number): { readonly lag: number; readonly late: readonly LateExporter[] } {
    if (Math.abs(now - this.#answer.at) < answerMs) return this.#answer
    const found: { exporter: number; lag: number; volume: number }[] = []
    let total = 0
    for (const [exporter, one] of this.#exporters) {
      if (now - one.at > memoryMs) this.#exporters.delete(exporter)
      else {
        const volume = one.volumeAt(now)
        total += volume
        found.push({ exporter, lag: one.lag(), volume })
      }
    }
    found.sort((a, b) => b.lag - a.lag)
    let later = 0
    const notable = found.find(({ volume }) => (later += volume) > total * laterExporters)
    const lag = Math.min(mostRecordLag, Math.max(leastRecordLag, notable?.lag ?? 0))
    const late = found.filter((one) => one.lag > mostRecordLag).map((one) => ({ exporter: one.exporter, lag: one.lag }))
    this.#answer = { at: now, lag, late }
    return this.#answer
  }
}

class ExporterLag {
  readonly #volumes = new Float64Array(bins)
  /** Of the latest record, milliseconds since 1970. */
  at = 0
  #decayedAt = 0

  add(lag: number, volume: number, now: number): void {
    this.at = now
    this.#decay(now)
    this.#volumes[binOf(lag)]! += volume
  }

  volumeAt(now: number): number {
    this.#decay(now)
    return sum(this.#volumes)
  }

  /** By which all but a small part of the volume has come, milliseconds. */
  lag(): number {
    const rest = sum(this.#volumes) * laterVolume
    let later = 0
    let bin = bins - 1
    while (bin > 0 && later + this.#volumes[bin]! <= rest) later += this.#volumes[bin--]!
    return bin <= shortBins ? bin * binMs : mostRecordLag + (bin - shortBins) * longBinMs
  }

  #decay(now: number): void {
    const passed = now - this.#decayedAt
    if (passed >= 0 && passed < binMs) return
    this.#decayedAt = now
    if (passed < 0) return // our clock was set back
    const factor = 0.5 ** (passed / halfLifeMs)
    for (let bin = 0; bin < bins; bin++) this.#volumes[bin]! *= factor
  }
}

function binOf(lag: number): number {
  if (lag <= mostRecordLag) return Math.max(0, Math.ceil(lag / binMs))
  return Math.min(bins - 1, shortBins + Math.ceil((lag - mostRecordLag) / longBinMs))
}

const sum = (values: Float64Array): number => values.reduce((before, value) => before + value, 0)

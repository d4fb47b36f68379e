/**
 * When to save the collector's state: at once when there is something new, such as a template. A state of many
 * streams waits until it is worth it, so that strangers who invent a stream with each datagram do not keep the controller
 * writing.
 * @module
 */
import type { CollectorTotals } from '@vagus/flow'

/** Ticks after which counts and times that changed are written down, too. */
const maxTicks = 60
/** Streams, or templates, that cost one tick more. */
const perTick = 512

export class SnapshotPace {
  #written = ''
  #ticks = 0

  /** Call once per tick; after `true` the state counts as saved. */
  isDue({ templates, streams, exporters, optionsRecords }: CollectorTotals): boolean {
    this.#ticks++
    const state = `${templates} ${streams} ${exporters} ${Math.min(optionsRecords, 1)}`
    const least = state === this.#written ? maxTicks : Math.max(streams, templates) / perTick
    if (this.#ticks < Math.min(least, maxTicks)) return false
    this.#written = state
    this.#ticks = 0
    return true
  }
}

/** State and load of a link from the interfaces that measure it. @module */
import type { CounterTable } from '../counters/counter-table.ts'
import type { Directory, MeasuringEnd } from './directory.ts'
import type { LinkReading } from '../monitors/link-state.ts'

/** Bits per second by counters; null where none tell. */
export interface CounterLoad {
  readonly aToZ: number | null
  readonly zToA: number | null
  /** The end that was read; undefined where none was. */
  readonly end: MeasuringEnd | undefined
}

/** Down when any end says so, up when an end says so and none contradicts. */
export function linkState(directory: Directory, counters: CounterTable, link: string, now: number): LinkReading {
  let best: LinkReading = { link, state: 'unknown', device: '', interface: '' }
  for (const { device, address, ifIndex, interface: name } of directory.endsOf(link)) {
    const state = counters.state(address, ifIndex, now)
    if (state === 'unknown') continue
    const reading = { link, state, device: device.name, interface: name }
    if (state === 'down') return reading
    best = reading
  }
  return best
}

/** By the first end whose counters are fresh; `window` in milliseconds. */
export function counterLoad(
  directory: Directory,
  counters: CounterTable,
  link: string,
  window: number,
  now: number,
): CounterLoad {
  for (const end of directory.endsOf(link)) {
    const rate = counters.rate(end.address, end.ifIndex, window, now)
    if (rate === undefined) continue
    const { inBitsPerSecond, outBitsPerSecond } = rate
    return end.direction === 'a-to-z'
      ? { aToZ: outBitsPerSecond, zToA: inBitsPerSecond, end }
      : { aToZ: inBitsPerSecond, zToA: outBitsPerSecond, end }
  }
  return { aToZ: null, zToA: null, end: undefined }
}

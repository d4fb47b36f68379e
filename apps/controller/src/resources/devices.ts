/** Configured devices with their exports and interfaces. @module */
import { parseDuration } from '@vagus/api/duration'
import { type CounterRates, coverage, type InterfaceDirection, type Window } from '@vagus/analytics'
import { apiVersion, type Device, type DeviceList } from '@vagus/api'
import { maxLiveSeconds } from '../collector/live-query.ts'
import type { LiveAnswers } from '../collector/live-query.ts'
import { deviceExports } from '../domain/device-state.ts'
import type { ConfiguredDevice } from '../domain/directory.ts'
import { streamsAt, type View } from '../domain/view.ts'
import { timeText, windowText } from './windows.ts'

/** Over the last `window` milliseconds, five minutes at most. */
export async function devicesOf(view: View, window: number): Promise<DeviceList> {
  const loads = await view.collector.ask({ kind: 'loads', seconds: Math.min(window / 1000, maxLiveSeconds) })
  return {
    apiVersion,
    kind: 'DeviceList',
    now: timeText(view.now()),
    window: windowText(loads.window),
    items: view.config.devices.map((device) => deviceOf(view, device, loads)),
  }
}

function deviceOf(view: View, device: ConfiguredDevice, loads: LiveAnswers['loads']): Device {
  const { measurements, directory, config } = view
  const address = directory.addressOf(device)
  const number = measurements.numberAt(address)
  const now = view.now()
  const exports = deviceExports(streamsAt(view, address), parseDuration(config.flow.silentAfter), now)
  const asked = device.interfaces.map(({ index }): InterfaceDirection => ({
    device: number,
    ifIndex: index,
    direction: 'in',
  }))
  return {
    name: device.name,
    role: device.role,
    address: device.address,
    state: exports.state,
    lastAt: exports.lastAt === null ? null : timeText(exports.lastAt),
    recordsPerSecond: view.recordsOf.get(address)?.perSecond ?? 0,
    lostShare: exports.lostShare,
    samplingRate: exports.samplingRate,
    clock: exports.clock,
    protocols: [...exports.protocols],
    counters: measurements.isHeard(address, now),
    coverage: coverage(asked, loads.items, measurements.counters, loads.window).share,
    interfaces: device.interfaces.map(({ name, index, site }) => {
      const load = loads.items.find((one) => one.device === number && one.ifIndex === index)
      const rates = ratesOf(view, number, index, loads.window)
      return {
        name,
        index,
        site: site ?? null,
        state: measurements.interfaceState(address, index, now),
        inBitsPerSecond: rates?.inBitsPerSecond ?? load?.inBitsPerSecond ?? null,
        outBitsPerSecond: rates?.outBitsPerSecond ?? load?.outBitsPerSecond ?? null,
      }
    }),
  }
}

const ratesOf = (view: View, device: number, ifIndex: number, window: Window): CounterRates | undefined =>
  view.measurements.counters.rates(device, ifIndex, window)

/** What flows saw of the traffic that entered the domain, by the counters of its boundary interfaces. @module */
import { coverage, type InterfaceDirection } from '@vagus/analytics'
import type { LiveAnswers } from '../collector/live-query.ts'
import type { View } from '../domain/view.ts'

/** 0..1 and more; null without counters. */
export function domainCoverage(view: View, { items, window }: LiveAnswers['loads']): number | null {
  return coverage(boundaries(view), items, view.measurements.counters, window).share
}

function boundaries({ config, directory, measurements }: View): readonly InterfaceDirection[] {
  return config.devices.flatMap((device) => {
    const number = measurements.numberAt(directory.addressOf(device))
    return device.interfaces
      .filter(({ site }) => site !== undefined)
      .map(({ index }) => ({ device: number, ifIndex: index, direction: 'in' as const }))
  })
}

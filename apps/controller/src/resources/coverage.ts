/** What flows saw of the traffic that entered the domain, by the counters of its boundary interfaces. @module */
import { type Coverage, coverage, type InterfaceDirection } from '@vagus/analytics'
import { type LiveAnswers, maxLiveSeconds } from '../collector/live-query.ts'
import { type Clock, recordLagOf, type View } from '../domain/view.ts'

/** What it is made from. */
export type CoverageView = Pick<View, 'config' | 'directory' | 'measurements'>

/** 0..1 and more; null without counters. */
export function domainCoverage(view: CoverageView, loads: LiveAnswers['loads']): number | null {
  return measuredCoverage(view, loads).share
}

export function measuredCoverage(view: CoverageView, { items, window }: LiveAnswers['loads']): Coverage {
  return coverage(boundaries(view), items, view.measurements.counters, window)
}

/**
 * For an answer of the store over a window (milliseconds since 1970): from the live window when it is as short as that
 * and ends now, whatever the seconds that records are on their way; else from what was noted each minute.
 */
export async function storedCoverage(
  view: CoverageView & Clock & Pick<View, 'collector' | 'coverageHistory'>,
  from: number,
  to: number,
): Promise<number | null> {
  const seconds = (to - from) / 1000
  if (seconds > maxLiveSeconds || view.now() - to > recordLagOf(view) + sliceMs)
    return view.coverageHistory.share(from, to)
  return domainCoverage(view, await view.collector.ask({ kind: 'loads', seconds }))
}

/** Live windows end up to this much before the records on their way. */
const sliceMs = 5000

function boundaries({ config, directory, measurements }: CoverageView): readonly InterfaceDirection[] {
  return config.devices.flatMap((device) => {
    const number = measurements.numberAt(directory.addressOf(device))
    return device.interfaces
      .filter(({ site }) => site !== undefined)
      .map(({ index }) => ({ device: number, ifIndex: index, direction: 'in' as const }))
  })
}

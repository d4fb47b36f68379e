/** Links with state and load. @module */
import { type DirectionLoad, linkLoadsOf } from '@vagus/analytics'
import { apiVersion, type Link, type LinkList } from '@vagus/api'
import { type LiveAnswers, maxLiveSeconds } from '../collector/live-query.ts'
import type { View } from '../domain/view.ts'
import { timeText, windowText } from './windows.ts'

/** Over the last `window` milliseconds, five minutes at most: the answer's window says which. */
export async function linksOf(view: View, window: number): Promise<LinkList> {
  const loads = await view.collector.ask({ kind: 'loads', seconds: Math.min(window / 1000, maxLiveSeconds) })
  return { apiVersion, kind: 'LinkList', window: windowText(loads.window), items: [...linkItems(view, loads)] }
}

/** All links of the domain, over the window of `loads`. */
export function linkItems(view: View, { items, window }: LiveAnswers['loads']): readonly Link[] {
  const now = view.now()
  const { measurements } = view
  const found = linkLoadsOf(view.domain, items, measurements.counters, window)
  return found.map(({ name, a, z, capacity, aToZ, zToA }) => {
    const latest = view.measurements.linkRate(name, now)
    return {
      name,
      a: { node: a.node, interface: a.interface ?? null },
      z: { node: z.node, interface: z.interface ?? null },
      capacity,
      state: view.measurements.linkState(name, now).state,
      aToZ: loadOf(aToZ, latest.aToZ, capacity),
      zToA: loadOf(zToA, latest.zToA, capacity),
      ...countersOfLink(view, name, now),
    }
  })
}

/** Of the first end whose counters are fresh, as its rate is. */
function countersOfLink({ directory, measurements }: View, link: string, now: number): Pick<Link, 'counters'> {
  for (const { device, address, ifIndex } of directory.endsOf(link)) {
    const source = measurements.counters.source(measurements.numberAt(address), ifIndex)
    if (source === undefined || measurements.interfaceState(address, ifIndex, now) === 'unknown') continue
    return { counters: { from: source.from, since: timeText(source.since), device: device.name } }
  }
  return {}
}

/** While the window lies before the first samples, the counter rate of the last seconds is the best known value. */
function loadOf(load: DirectionLoad, now: number | null, capacity: number): Link['aToZ'] {
  if (load.fromCounters !== null || now === null) return { ...load, now }
  return { ...load, bitsPerSecond: now, utilisation: now / capacity, fromCounters: now, now }
}

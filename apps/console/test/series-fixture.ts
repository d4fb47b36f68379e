/** Traffic over time of the fixture: applications, sites and edges, each with a course of its own. */
import { type TrafficSeries, trafficSeriesSchema } from '@vagus/api'
import { type SeriesDimension, seriesDimensions } from '@vagus/api/series'

const keys: Readonly<Record<SeriesDimension, readonly string[]>> = {
  application: ['https', 'backup', 'agents', 'dns', 'video conferences of the factory', 'ntp'],
  srcSite: ['dc-east', 'office', 'transit', 'dc-west', 'factory', 'field'],
  dstSite: ['office', 'dc-east', 'dc-west', 'transit', 'factory', 'field'],
  ingress: ['pe-1', 'pe-2', 'pe-3', 'pe-4'],
  egress: ['pe-4', 'pe-3', 'pe-2', 'pe-1'],
  version: ['4', '6'],
}

/** What a controller answers that was begun when a third of the window had passed. */
export function seriesAnswer(
  query: URLSearchParams,
  window: TrafficSeries['window'],
  scene: 'metro' | 'empty',
): TrafficSeries {
  const by = seriesDimensions.find((each) => each === query.get('by')) ?? 'application'
  const n = Number(query.get('n') ?? 8)
  const stepSeconds = Math.max(5, window.seconds / 120)
  const steps = scene === 'empty' ? 0 : Math.floor(window.seconds / stepSeconds)
  const first = Math.floor(Date.parse(window.from) / 1000 / stepSeconds)
  const course = (share: number, seed: number): (number | null)[] =>
    Array.from({ length: steps }, (_, step) => {
      const at = first + step
      return step < steps / 3 ? null : share * 412e6 * (1 + 0.3 * Math.sin(at / 11 + seed) + 0.1 * Math.sin(at * 1.7))
    })
  const names = scene === 'empty' ? [] : keys[by]
  return trafficSeriesSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'TrafficSeries',
    window,
    stepSeconds,
    by,
    items: names.slice(0, n).map((key, at) => ({ key, bitsPerSecond: course(0.4 / 1.6 ** at, at) })),
    rest: by === 'application' ? course(0.03, 9) : course(0, 0),
    coverage: scene === 'empty' ? null : 0.981,
  })
}

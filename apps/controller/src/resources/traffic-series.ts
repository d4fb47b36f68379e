/** How much flows over time, by one dimension: the largest keys one by one, and all others together. @module */
import { apiVersion, type TrafficSeries } from '@vagus/api'
import type { View } from '../domain/view.ts'
import type { SeriesRequest } from '../http/backend.ts'
import { ProblemError, problemOf } from '../http/problem.ts'
import { nameOfKey, storeTerms } from './key-names.ts'
import { ratesOf, storedSeries } from './stored-series.ts'
import { windowText } from './windows.ts'

export async function trafficSeriesOf(view: View, { by, n, window, filter }: SeriesRequest): Promise<TrafficSeries> {
  const terms = storeTerms(view, filter)
  const { lines, rest, known, ...found } = await storedSeries(view, window, { by, n, filter: terms }).catch(
    (error: unknown) => {
      // A filter that rollups cannot answer is a mistake of the client.
      throw error instanceof RangeError ? new ProblemError(problemOf(400, error.message)) : error
    },
  )
  return {
    apiVersion,
    kind: 'TrafficSeries',
    window: windowText(found.window),
    stepSeconds: found.step / 1000,
    by,
    items: lines.map(({ key, octets }) => ({
      key: nameOfKey(view, by, key ?? 0),
      bitsPerSecond: ratesOf(octets, known),
    })),
    rest: ratesOf(rest.octets, known),
    coverage: found.coverage,
  }
}

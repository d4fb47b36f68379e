/** The largest groups of flows: live where the grouping is followed live since the window began, else from the store. @module */
import { rateOf, topSetOf, windowOf } from '@vagus/analytics'
import { apiVersion, type Dimension, type FilterDimension, type FlowTop } from '@vagus/api'
import { maxLiveSeconds } from '../collector/live-query.ts'
import { liveOrStored, ratedPart, type Span, storedSpanOf, type View } from '../domain/view.ts'
import type { TopRequest } from '../http/backend.ts'
import { ProblemError, problemOf } from '../http/problem.ts'
import { domainCoverage, storedCoverage } from './coverage.ts'
import { namesOfKey, nameOfProtocol, storeTerms } from './key-names.ts'
import { keptText, windowText } from './windows.ts'

/** Sketches keep 1,024 keys; the first 64 of them are what they are made for. */
const maxLiveItems = 64
interface Found {
  readonly window: Span
  readonly top: FlowTop
}

/** Questions about these are about observations, not about the packets of the domain. */
const perObservation: readonly FilterDimension[] = ['exporter', 'inIf', 'outIf']

export async function topOf(view: View, request: TopRequest): Promise<FlowTop> {
  const { by, n, window, filter } = request
  const set = topSetOf(by)
  const isLive =
    set !== undefined &&
    window.to === undefined &&
    window.milliseconds <= maxLiveSeconds * 1000 &&
    filter.length === 0 &&
    n <= maxLiveItems
  const stored = async (): Promise<Found> => storedTop(view, request)
  if (isLive) {
    return (await liveOrStored(view, window.milliseconds, await liveTop(view, set, request), stored)).top
  }
  return (await stored()).top
}

async function liveTop(
  view: View,
  set: NonNullable<ReturnType<typeof topSetOf>>,
  { by, n, window }: TopRequest,
): Promise<Found> {
  const seconds = window.milliseconds / 1000
  const [top, loads] = await Promise.all([
    view.collector.ask({ kind: 'top', set, n, seconds }),
    view.collector.ask({ kind: 'loads', seconds }),
  ])
  const { octets, packets, flows, bitsPerSecond } = top.total
  const found: FlowTop = {
    apiVersion,
    kind: 'FlowTop',
    window: windowText(top.window),
    by: [...by],
    method: top.method,
    coverage: domainCoverage(view, loads),
    total: { octets, packets, flows, bitsPerSecond },
    items: top.items.map((item) => ({
      ...item,
      key: Object.fromEntries(by.map((dimension) => [dimension, liveName(dimension, item.key[dimension])])),
    })),
  }
  return { window: top.window, top: found }
}

/** The live window knows protocols by their numbers. */
function liveName(dimension: Dimension, key: string | undefined): string {
  if (key === undefined) return 'unknown'
  return dimension === 'protocol' ? nameOfProtocol(Number(key)) : key
}

async function storedTop(view: View, { by, n, window, filter }: TopRequest): Promise<Found> {
  const span = await storedSpanOf(view, window)
  const terms = storeTerms(view, filter)
  const isPerObservation = [...by, ...filter.map(({ dimension }) => dimension)].some((dimension) =>
    perObservation.includes(dimension),
  )
  const observations = isPerObservation ? 'all' : 'counted'
  const answer = await view.store.top({ ...span, by, n, filter: terms, observations }).catch((error: unknown) => {
    // A query beyond the store's limits is a mistake of the client.
    throw error instanceof RangeError ? new ProblemError(problemOf(400, error.message)) : error
  })
  const { total } = answer
  const { from, to } = ratedPart(view, answer, span)
  const rated = windowOf(from, to)
  const top: FlowTop = {
    apiVersion,
    kind: 'FlowTop',
    window: windowText(rated),
    ...keptText(answer.keptSince),
    by: [...by],
    method: 'exact',
    coverage: await storedCoverage(view, from, to),
    total: { ...total, bitsPerSecond: rateOf(total.octets, rated) },
    items: answer.items.map(({ key, octets, packets, flows }) => ({
      key: namesOfKey(view, by, key),
      octets,
      packets,
      flows,
      bitsPerSecond: rateOf(octets, rated),
      share: total.octets > 0 ? octets / total.octets : 0,
      error: 0,
    })),
  }
  return { window: rated, top }
}

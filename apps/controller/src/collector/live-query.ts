/** Questions that the collector's live window answers. @module */
import type {
  Composition,
  InterfaceLoad,
  Ipv6Point,
  LiveWindow,
  Top,
  TopSet,
  TrafficMatrix,
  TrafficTotals,
  Window,
} from '@vagus/analytics'

/** The longest window that is kept live, in seconds. */
export const maxLiveSeconds = 300

export type LiveQuery = { readonly seconds: number } & (
  | { readonly kind: 'totals' }
  | { readonly kind: 'matrix'; readonly between: 'sites' | 'edges' }
  | { readonly kind: 'top'; readonly set: TopSet; readonly n: number }
  | { readonly kind: 'loads' }
  | { readonly kind: 'ipv6' }
  | { readonly kind: 'composition' }
)

/** Answers by kind of question. */
export interface LiveAnswers {
  readonly totals: TrafficTotals
  readonly matrix: TrafficMatrix
  readonly top: Top
  readonly loads: { readonly window: Window; readonly items: readonly InterfaceLoad[] }
  readonly ipv6: { readonly window: Window; readonly points: readonly Ipv6Point[]; readonly blind: readonly string[] }
  readonly composition: Composition
}
export type LiveAnswer = LiveAnswers[keyof LiveAnswers]

/** `now` in milliseconds since 1970. @throws {RangeError} when the domain is too large for a matrix */
export function answerLive(window: LiveWindow, query: LiveQuery, now: number): LiveAnswer {
  switch (query.kind) {
    case 'totals':
      return window.totals(query.seconds, now)
    case 'matrix':
      return window.matrix(query.between, query.seconds, now)
    case 'top':
      return window.top(query.set, query.n, query.seconds, now)
    case 'loads':
      return window.interfaceLoads(query.seconds, now)
    case 'ipv6':
      return { ...window.ipv6Points(query.seconds, now), blind: window.ipv6Blind() }
    case 'composition':
      return window.composition(query.seconds, now)
    default:
      return query satisfies never
  }
}

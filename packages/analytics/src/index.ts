/** Analysis of flow records: sites, edges, matrices, heavy hitters, loads, trends, coverage. */
export { ApplicationTable } from './application-table.ts'
export {
  type CounterRates,
  type CounterSample,
  type CounterSource,
  CounterTable,
  samplesPerInterface,
  sourceOf,
} from './counter-table.ts'
export {
  type Coverage,
  coverage,
  coverageOf,
  type Direction,
  type InterfaceDirection,
  ipBitsPerSecond,
} from './coverage.ts'
export {
  type Chance,
  CrossingForecast,
  type ForecastSnapshot,
  type Lessons,
  maxFollowed,
} from './crossing/crossing-forecast.ts'
export type { Pace } from './crossing/link-past.ts'
export type { Grade } from './crossing/reliability.ts'
export {
  type Application,
  type Domain,
  type DomainDevice,
  type DomainInterface,
  type DomainLink,
  type DomainLinkEnd,
  type DomainSite,
  nameOf,
} from './domain.ts'
export { createEnricher, type Enricher, type EnricherConfig } from './enricher.ts'
export { explainedBy, type MeasuredSum } from './estimation/fit.ts'
export { gravityOf } from './estimation/gravity.ts'
export {
  type MatrixEstimate,
  MatrixEstimator,
  type MatrixMemory,
  type MatrixReading,
} from './estimation/matrix-estimator.ts'
export { type Arc, routingOf, type Share } from './estimation/routing.ts'
export type { InterfaceLoad } from './interface-loads.ts'
export { type Ipv6Point, type Ipv6Share, ipv6ShareOf } from './ipv6-share.ts'
export { type DirectionLoad, type LinkLoad, linkLoadsOf } from './link-loads.ts'
export { type LiveCounts, LiveWindow, type LiveWindowConfig } from './live-window.ts'
export { type LateExporter, leastRecordLag, RecordLags } from './record-lags.ts'
export { defaultApplications } from './registry.ts'
export { halfWidth95, samplingVariance } from './sampling-error.ts'
export { SiteTable } from './site-table.ts'
export { type HeavyHitter, SpaceSaving } from './space-saving.ts'
export { type Point, type Slope, theilSen } from './theil-sen.ts'
export type { Top, TopItem } from './top.ts'
export { topSetOf, type TopSet } from './top-sets.ts'
export type { TrafficMatrix } from './traffic-matrix.ts'
export type { TrafficTotals } from './traffic-totals.ts'
export { timeAt, type TransferTime, transferTime } from './transfer/transfer-time.ts'
export { wayOf, type WayLink, type WayStep } from './transfer/way.ts'
export { type Composition, type Part } from './unusual/composition.ts'
export { type Amount, type Change, type Contributor, explain, type Explanation } from './unusual/contributors.ts'
export { type Episode, type Finding, isOpen, type SeriesKind, type SeriesSubject, sizeOf } from './unusual/episode.ts'
export { type BookState, EpisodeBook, type Told } from './unusual/episode-book.ts'
export { type Measure } from './unusual/measure.ts'
export {
  type Ending,
  type Outcome,
  type SeriesReading,
  type SeriesSnapshot,
  SeriesWatch,
  stepsToLearn,
  type Way,
} from './unusual/series-watch.ts'
export { maxSeries, UnusualSeries, type UnusualSnapshot } from './unusual/unusual-series.ts'
export { rateOf, type Window, windowOf } from './window.ts'

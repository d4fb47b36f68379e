/**
 * Three hours of one router (Cisco telemetry, set 11): rates of its interfaces and the number of BFD sessions that
 * are up, while interfaces were shut down and BFD sessions broken on purpose, every twenty minutes.
 * @module
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { EpisodeBook, type SeriesSubject, stepsToLearn, UnusualSeries } from '../../packages/analytics/src/index.ts'
import { dataPath } from '../../scripts/needs.ts'

const folder = 'te/cisco-telemetry-11'
export const routerFiles = {
  events: `${folder}/events.csv.gz`,
  rates: `${folder}/infra-statsd-oper_infra-statistics_interfaces_interface_data-rate.csv.gz`,
  bfd: `${folder}/ip-bfd-oper_bfd_summary.csv.gz`,
} as const

/** Readings come every 12 s. */
const stepMs = 12_000
const stepsPerDay = 86_400_000 / stepMs
/** Of an event to what tells of it. */
const patience = 120_000

export interface RouterOutcome {
  /** Those that came after it had learned. */
  readonly events: number
  readonly found: number
  readonly shutdowns: { readonly events: number; readonly found: number }
  readonly episodes: number
  readonly false: number
  readonly delaySeconds: readonly number[]
  readonly series: number
  readonly hours: number
}

export function watchRouter(): RouterOutcome {
  const readings = new Map<string, Map<number, number>>()
  const take = (key: string, at: number, value: number): void => {
    const series = readings.get(key) ?? new Map<number, number>()
    readings.set(key, series.set(Math.floor(at / stepMs), value))
  }
  for (const row of rowsOf(routerFiles.rates)) {
    const at = Date.parse(row.get('')!)
    take(`in ${row.get('interface-name')}`, at, Number(row.get('input-data-rate')) * 1000)
    take(`out ${row.get('interface-name')}`, at, Number(row.get('output-data-rate')) * 1000)
  }
  for (const row of rowsOf(routerFiles.bfd))
    take('bfd', Date.parse(row.get('')!), Number(row.get('session-state__up-count')))
  const steps = [...readings.values()].flatMap((series) => [...series.keys()])
  const [first, last] = [
    steps.reduce((one, other) => Math.min(one, other)),
    steps.reduce((one, other) => Math.max(one, other)),
  ]
  const series = new UnusualSeries(stepsPerDay)
  const book = new EpisodeBook()
  const subject: SeriesSubject = { kind: 'link', name: '', places: ['node:leaf7'] }
  for (let step = first; step <= last; step++) {
    const values = new Map(
      [...readings].map(([key, all]) => [
        key,
        key === 'bfd'
          ? { value: all.get(step) ?? NaN, compare: 'difference' as const, least: 1, measured: '' }
          : { value: all.get(step) ?? NaN, compare: 'ratio' as const, least: 1e8, measured: '' },
      ]),
    )
    book.step(series.step(values, step * stepMs), () => subject, step * stepMs, stepMs)
  }
  const learned = (first + stepsToLearn(stepsPerDay)) * stepMs
  const events = rowsOf(routerFiles.events)
    .map((row) => ({ at: Number(row.get('timestamp')) * 1000, name: row.get('event')!, device: row.get('device')! }))
    .filter(({ at, name }) => at > learned && at < last * stepMs && !name.includes('telemetry'))
  const told = book.all.map((episode) => episode.told)
  const endings = book.all.flatMap(({ ended }) => ended ?? [])
  // What ends because an event undid another is an event that was seen.
  const seen = [...told, ...endings]
  const delayOf = (at: number): number => Math.min(...seen.filter((one) => one >= at && one <= at + patience)) - at
  const isShutdown = ({ name }: { readonly name: string }): boolean => name.endsWith('_interface')
  const found = events.filter(({ at }) => delayOf(at) < Infinity)
  return {
    events: events.length,
    found: found.length,
    shutdowns: { events: events.filter(isShutdown).length, found: found.filter(isShutdown).length },
    episodes: told.length,
    false: told.filter((one) => !events.some(({ at }) => one >= at && one <= at + patience)).length,
    delaySeconds: found.map(({ at }) => delayOf(at) / 1000),
    series: readings.size,
    hours: (last * stepMs - learned) / 3_600_000,
  }
}

function rowsOf(file: string): readonly ReadonlyMap<string, string>[] {
  const [head = '', ...lines] = gunzipSync(readFileSync(dataPath(file)))
    .toString()
    .trim()
    .split('\n')
  const names = head.split(',')
  return lines.map((line) => new Map(line.split(',').map((value, at) => [names[at]!, value])))
}

/** `vagus flow series`: traffic over time, one line for each of the largest, and one for all others. @module */
import type { TrafficSeries } from '@vagus/api'
import { maxSeriesLines, seriesDimensions, sumOfSeries, summaryOf } from '@vagus/api/series'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { durationText, rateText } from '../format.ts'
import { type Column, table } from '../table.ts'
import { footText } from '../window.ts'
import { windowOptions, windowQuery } from '../window-options.ts'
import { heads } from './flow-top.ts'
import { blocksOf } from './link-show.ts'

export const command = defineCommand({
  name: 'flow series',
  summary: 'traffic over time, by application, site, edge or IP version',
  effect: 'ro',
  examples: [
    { line: 'vagus flow series', does: 'the last 24 hours by application' },
    { line: 'vagus flow series --by dstSite --last 7d', does: 'a week by the site that receives' },
    { line: 'vagus flow series --filter srcSite=office -n 3', does: 'the three largest applications of one site' },
  ],
  options: {
    by: {
      type: 'text',
      value: 'DIMENSION',
      choices: seriesDimensions,
      default: 'application',
      description: 'what to divide the traffic by',
    },
    n: { type: 'count', short: 'n', value: 'COUNT', min: 1, max: maxSeriesLines, default: 8, description: 'how many' },
    ...windowOptions('24h'),
    filter: {
      type: 'text',
      value: 'TERMS',
      description: 'dimension=value or dimension!=value, separated by commas; dimensions as in --by',
    },
    ...viewOptions,
  },
  run: (call) => {
    const { by, n, filter } = call.values
    const window = windowQuery(call.values)
    return view<TrafficSeries>(call, {
      ask: (client) =>
        client
          .get<TrafficSeries>('TrafficSeries', '/v1/traffic/series', { by, n, ...window, filter })
          .catch(orSay('sites: vagus matrix · devices: vagus device ls', 'vagus doctor')),
      show: trafficSeriesText,
      next: ({ items }) =>
        items.length > 0
          ? `vagus flow top --by ${by},src,dst · vagus ipv6 share`
          : filter === undefined
            ? 'vagus doctor   (no flows in this time)'
            : 'vagus flow series   (no flow matches the filter)',
    })
  },
})

/** A name cut shorter than this says nothing; one longer than the other leaves the chart no room. */
const [shortestKey, longestKey] = [9, 16]
/** A chart and what stands beside it are not made wider than this. */
const widest = 100
/** Five figures such as `12.3 M`, and what is between the columns. */
const besides = 5 * 8 + 2
const leastChart = 10

/** A rate under a heading that says b/s. */
const short = (rate: number | undefined): string => rateText(rate ?? null).replace(/ ?b\/s$/, '')

/** One line a key with its course and figures; a full block is the most of that line, a space is unknown. */
export function trafficSeriesText(series: TrafficSeries, { columns, paint }: Canvas): string {
  const { by, items, rest, stepSeconds, window, coverage } = series
  const flowed = rest.some((rate) => rate !== null && rate > 0)
  const all = sumOfSeries([...items.map(({ bitsPerSecond }) => bitsPerSecond), rest])
  const unknown = all.filter((rate) => rate === null).length
  const missing = unknown === 0 ? [] : [`${durationText(unknown * stepSeconds)} of it not known`]
  const foot = paint.faint(footText(window, coverage, [`${durationText(stepSeconds)} per step`, ...missing], columns))
  if (items.length === 0) return `nothing flowed in this time\n\n${foot}`
  const lines = [
    ...items.map(({ key, bitsPerSecond }) => ({ key, rates: bitsPerSecond })),
    ...(flowed ? [{ key: 'others', rates: rest }] : []),
    { key: 'all', rates: all },
  ]
  const longest = Math.min(longestKey, Math.max(...lines.map(({ key }) => key.length)))
  const chart = Math.max(leastChart, Math.min(columns, widest) - besides - longest)
  const rows = lines.map(({ key, rates }) => {
    const figures = summaryOf(rates)
    return [
      key,
      blocksOf(rates, figures?.max || 1, chart),
      short(figures?.last),
      short(figures?.min),
      short(figures?.average),
      short(figures?.max),
      short(figures?.percentile95),
    ]
  })
  const heading: Column[] = [
    { head: heads[by] ?? by.toUpperCase(), align: 'left', shrink: shortestKey },
    { head: 'OVER TIME', align: 'left' },
    { head: 'NOW', align: 'right' },
    { head: 'MIN', align: 'right', leaves: 1 },
    { head: 'AVG', align: 'right' },
    { head: 'MAX', align: 'right', leaves: 3 },
    { head: '95TH', align: 'right', leaves: 2 },
  ]
  return ['b/s; each line up to its own MAX', '', table(heading, rows, columns, paint.strong), '', foot].join('\n')
}

/** Borders with their links, thresholds and prefixes. @module */
import { apiVersion } from '@vagus/api'
import type { Border, BorderList } from '@vagus/api/steering'
import type { PrefixReading } from '@vagus/steering'
import type { BorderWatch } from '../steering/border-watch.ts'
import type { ProposalList } from '../steering/proposal-list.ts'
import { linkResource } from '../steering/proposal-resource.ts'
import { timeText } from './windows.ts'
import type { TroubledBorder } from './quality.ts'

/** Of a border; the engine knows them all. */
const maxPrefixes = 256

/** `now` in milliseconds since 1970. */
export const borderListOf = (
  watches: readonly BorderWatch[],
  now: number,
  autonomyOf: (watch: BorderWatch) => Border['autonomy'],
): BorderList => ({
  apiVersion,
  kind: 'BorderList',
  now: timeText(now),
  items: watches.map((watch) => borderOf(watch, autonomyOf(watch))),
})

function borderOf({ border, pace, links, reading, problem }: BorderWatch, autonomy: Border['autonomy']): Border {
  const names = reading?.links.map(({ name }) => name) ?? []
  const down = new Set(reading?.links.flatMap(({ name, isDown }) => (isDown === true ? [name] : [])))
  return {
    neighbour: border.neighbour,
    as: border.as,
    stepSeconds: pace.step / 1000,
    horizonSeconds: (pace.step * pace.horizon) / 1000,
    readAt: reading === undefined ? null : timeText(reading.at),
    links: links.map((link) => ({
      ...linkResource(link, border),
      ...(down.has(link.name) && { isDown: true as const }),
    })),
    prefixes: reading?.prefixes.slice(0, maxPrefixes).map((prefix) => prefixOf(prefix, names)) ?? [],
    problem,
    autonomy,
  }
}

/** What the status says of borders. */
export const troubledBordersOf = (
  watches: readonly BorderWatch[],
  proposals: Pick<ProposalList, 'all'>,
  /** Whether the controller has one that negotiates. */
  hasAgent: boolean,
): readonly TroubledBorder[] =>
  watches.map(({ border: { neighbour, links }, problem, troubledSince: since }) => {
    const open = proposals.all().find((one) => one.neighbour === neighbour && one.state === 'open')
    const asked = new Set(open?.classes.map(({ device }) => device))
    const agentless = links
      .map(({ end }) => end.device)
      .filter(({ name, id }) => id === undefined && asked.has(name))
      .map(({ name }) => name)
    return { neighbour, problem, since, agentless: [...new Set(agentless)], isMute: open !== undefined && !hasAgent }
  })

/** One without traffic enters where it is drawn to. */
function prefixOf({ prefix, rates, steeredTo }: PrefixReading, names: readonly string[]): Border['prefixes'][number] {
  const most = Math.max(...rates)
  const link = most === 0 && steeredTo !== undefined ? steeredTo : rates.indexOf(most)
  return {
    prefix,
    link: names[link] ?? '',
    bitsPerSecond: rates.reduce((sum, rate) => sum + rate, 0),
    steeredTo: steeredTo === undefined ? null : (names[steeredTo] ?? null),
  }
}

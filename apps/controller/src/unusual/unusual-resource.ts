/** What is unusual, as the API has it. @module */
import { type Episode, type Explanation, type Finding, isOpen } from '@vagus/analytics'
import { apiVersion } from '@vagus/api'
import type { Unusual, UnusualList } from '@vagus/api/unusual'
import { timeText } from '../resources/windows.ts'

interface ListParts {
  /** The oldest first. */
  readonly episodes: readonly Episode[]
  readonly coverageOf: (id: number) => number | null
  readonly series: UnusualList['series']
  readonly stepMs: number
  /** Milliseconds: told within this time, or open. */
  readonly last: number
  /** Milliseconds since 1970. */
  readonly now: number
}

export function unusualListOf({ episodes, coverageOf, series, stepMs, last, now }: ListParts): UnusualList {
  const items = episodes
    .filter((one) => isOpen(one) || one.told >= now - last)
    .map((one) => unusualOf(one, coverageOf(one.id)))
    .toReversed()
  return { apiVersion, kind: 'UnusualList', now: timeText(now), stepSeconds: stepMs / 1000, series, items }
}

export const idOf = ({ id }: Pick<Episode, 'id'>): string => `u-${id}`

export const unusualOf = (episode: Episode, coverage: number | null): Unusual => ({
  id: idOf(episode),
  since: timeText(episode.since),
  told: timeText(episode.told),
  ended: episode.ended === null ? null : timeText(episode.ended),
  because: episode.because,
  findings: episode.findings.map(findingOf),
  more: episode.more,
  explained: episode.explained.map(explanationOf),
  coverage,
})

const findingOf = ({ kind, name, form, way, expected, value, peak, sure, since, ended }: Finding) => ({
  kind,
  name,
  form,
  way,
  expected,
  now: value,
  peak,
  sure,
  since: timeText(since),
  ended: ended === null ? null : timeText(ended),
})

const explanationOf = ({ by, items, part, unsure, amount }: Explanation) => ({
  by,
  part,
  unsure,
  items: items.map(({ key, before, now }) => ({ key, before, now })),
  unit: amount === 'bitsPerSecond' ? ('bits per second' as const) : ('flows per second' as const),
})

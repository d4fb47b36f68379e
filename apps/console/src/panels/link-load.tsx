/** The load of one link over time in both directions, with its capacity, and what a table says about it. */
import { useMemo } from 'preact/hooks'
import { expectedText } from '@vagus/api/insight-words'
import type { Link, LinkLoad as Load, Window } from '@vagus/api'
import { summaryOf } from '@vagus/api/series'
import type { UnusualList } from '@vagus/api/unusual'
import { becauseText, insteadText, tellingOf } from '@vagus/api/unusual-words'
import { formatTime } from '../figures/clock.ts'
import { busiestFirst } from '../figures/current-load.ts'
import { formatCapacity, formatRate, formatShare, withUnitsKept } from '../figures/format.ts'
import { drawnWindowOf, firstStepOf, stepTimes } from '../figures/series.ts'
import { peakOf } from '../figures/utilisation.ts'
import { commandOf } from '../state/commands.ts'
import { clock } from '../state/preferences.ts'
import { useCurrentLinks, useLinkLoad, useLinks, useUnusual } from '../state/resources.ts'
import { show, view } from '../state/route.ts'
import { NoLinks, NoLoad } from '../ui/empty.tsx'
import { capital, Loaded, Panel } from '../ui/panel.tsx'
import { WindowOf } from '../ui/provenance.tsx'
import { Select } from '../ui/select.tsx'
import { LoadSummary } from './load-summary.tsx'
import type { ChartSeries } from '../ui/time-chart.tsx'
import { TimeChart } from '../ui/time-chart.tsx'

interface Props {
  readonly span: 7 | 12
  readonly height: number
}

export function LinkLoad({ span, height }: Props) {
  const links = useLinks()
  const items = busiestFirst(useCurrentLinks() ?? [], links.data?.items ?? [])
  const { link: wanted } = view.value
  const chosen = items.find(({ name }) => name === wanted)
  const isUnknown = wanted !== '' && chosen === undefined
  const link = chosen ?? items[0]
  const load = useLinkLoad(link?.name)
  return (
    <Panel
      title="Link load"
      span={span}
      command={commandOf('load', { ...view.value, link: link?.name ?? '' })}
      about={
        load.data !== undefined && (
          <>
            from {load.data.source} · <WindowOf window={knownWindowOf(load.data)} />
          </>
        )
      }
      controls={link !== undefined && <LinkChoice links={items} chosen={view.value.link} />}
    >
      <Loaded of={links} lines={8} empty={(data) => (data.items.length === 0 ? <NoLinks /> : undefined)}>
        {() => (
          <>
            {isUnknown && (
              <p class="kept" role="status">
                There is no link “{wanted}”: this is the busiest one.
              </p>
            )}
            <Loaded of={load} lines={8} empty={emptyOf}>
              {/* of the previous link until the load of the chosen one arrives */}
              {(data) => <Chart load={data} link={items.find(({ name }) => name === data.name)} height={height} />}
            </Loaded>
          </>
        )}
      </Loaded>
    </Panel>
  )
}

/** The part of the window that is drawn. */
const knownWindowOf = ({ window, stepSeconds, aToZ, zToA }: Load): Window =>
  drawnWindowOf(window, stepSeconds, firstStepOf(stepSeconds, aToZ, zToA))

function emptyOf({ name, aToZ, zToA }: Load) {
  return [...aToZ, ...zToA].every((rate) => rate === null) ? <NoLoad link={name} /> : undefined
}

function LinkChoice({ links, chosen }: { readonly links: readonly Link[]; readonly chosen: string }) {
  const text = (link: Link): string => `${link.name} · ${formatShare(peakOf(link))}`
  return (
    <Select
      label="Link"
      options={[
        { value: '', text: `busiest: ${links[0]!.name}` },
        ...links.map((link) => ({ value: link.name, text: text(link) })),
      ]}
      value={links.some(({ name }) => name === chosen) ? chosen : ''}
      onChoose={(link) => show({ link })}
    />
  )
}

/** Below this share of the capacity the scale follows the load; else the curve would lie on the floor. */
const scaleToCapacityFrom = 0.3

/** The series from the first step on that is known. */
function knownPartOf({ window, stepSeconds, aToZ, zToA }: Load) {
  const first = firstStepOf(stepSeconds, aToZ, zToA)
  return {
    times: stepTimes(window.from, stepSeconds, aToZ.length).slice(first),
    aToZ: aToZ.slice(first),
    zToA: zToA.slice(first),
  }
}

/** Of the link, while it goes on: what the curve alone does not say. */
function UnusualNote({ link, ways }: { readonly link: string; readonly ways: readonly [there: string, back: string] }) {
  const found = openFindingsOf(useUnusual().data, link)
  return found.map(({ episode, finding }) => {
    const because = tellingOf(episode.explained).map(becauseText).at(-1)
    const way = finding.name.endsWith('A→Z') ? ways[0] : ways[1]
    return (
      <p key={finding.name} class="kept" role="status">
        Unusual since {formatTime(Date.parse(finding.since), clock.value)}: {way} {withUnitsKept(insteadText(finding))}
        {because === undefined ? '' : `; ${because}`} ({episode.id}).
      </p>
    )
  })
}

const openFindingsOf = (list: UnusualList | undefined, link: string) =>
  (list?.items ?? []).flatMap((episode) =>
    episode.findings
      .filter(({ kind, name, ended }) => kind === 'link' && ended === null && name.startsWith(`${link} `))
      .map((finding) => ({ episode, finding })),
  )

interface ChartProps {
  readonly load: Load
  /** The link that `load` is of, as long as there is one. */
  readonly link: Link | undefined
  readonly height: number
}

function Chart({ load, link, height }: ChartProps) {
  const { capacity } = load
  const there = link === undefined ? 'there' : `${link.a.node} → ${link.z.node}`
  const back = link === undefined ? 'back' : `${link.z.node} → ${link.a.node}`
  const { times, aToZ, zToA } = useMemo(() => knownPartOf(load), [load])
  const peak = Math.max(0, ...[...aToZ, ...zToA].filter((value) => value !== null))
  const inScale = peak >= capacity * scaleToCapacityFrom
  const series = useMemo(
    (): ChartSeries[] => [
      { label: there, colour: '--series-a', values: aToZ, fill: 0.12 },
      { label: back, colour: '--series-b', values: zToA },
      ...(inScale
        ? [{ label: 'capacity', colour: '--limit', values: times.map(() => capacity), line: 'dashed' } as const]
        : []),
    ],
    [load, there, back, inScale],
  )
  const rows = [
    { label: there, summary: summaryOf(aToZ) },
    { label: back, summary: summaryOf(zToA) },
  ]
  return (
    <>
      <TimeChart
        label={`Load of ${load.name} in both directions over time; the table below has its figures`}
        times={times}
        series={series}
        top={(inScale ? Math.max(capacity, peak) : peak || capacity) * 1.08}
        format={formatRate}
        formatTick={formatCapacity}
        height={height}
      />
      {!inScale && <p class="footnote">Capacity {formatCapacity(capacity)} is above the scale.</p>}
      {load.expected !== undefined && (
        <p class="footnote">
          {withUnitsKept(
            capital(expectedText(load.expected, formatTime(Date.parse(load.expected.by), clock.value), [there, back])),
          )}
          .
        </p>
      )}
      <UnusualNote link={load.name} ways={[there, back]} />
      <LoadSummary head="direction" rows={rows} capacity={capacity} />
    </>
  )
}

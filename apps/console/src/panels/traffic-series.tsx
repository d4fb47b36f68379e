/** What flows over time, by one dimension: the largest keys one on top of the other, then all others. */
import type { TrafficSeries as Series, Window } from '@vagus/api'
import { seriesDimensions, sumOfSeries, summaryOf } from '@vagus/api/series'
import { useMemo } from 'preact/hooks'
import { formatCapacity, formatRate } from '../figures/format.ts'
import { drawnWindowOf, firstStepOf, stackedOf, stepTimes } from '../figures/series.ts'
import { commandOf } from '../state/commands.ts'
import { useTrafficSeries } from '../state/resources.ts'
import { show, view } from '../state/route.ts'
import { dimensionLabels } from '../state/url-state.ts'
import { NoFlows } from '../ui/empty.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Provenance } from '../ui/provenance.tsx'
import { Select } from '../ui/select.tsx'
import type { ChartSeries } from '../ui/time-chart.tsx'
import { TimeChart } from '../ui/time-chart.tsx'
import { LoadSummary } from './load-summary.tsx'

/** More keys than these could not be told apart by their colours. */
const colours = ['--series-a', '--series-b', '--series-c', '--series-d', '--series-e', '--series-f'] as const

const options = seriesDimensions.map((value) => ({ value, text: dimensionLabels[value] }))

export function TrafficSeries({ height }: { readonly height: number }) {
  const series = useTrafficSeries(colours.length)
  return (
    <Panel
      title="Traffic over time"
      span={12}
      command={`${commandOf('series', view.value)} -n ${colours.length}`}
      about={
        series.data !== undefined && <Provenance window={knownWindowOf(series.data)} coverage={series.data.coverage} />
      }
      controls={
        <Select label="by" options={options} value={view.value.series} onChoose={(series) => show({ series })} />
      }
    >
      <Loaded of={series} lines={10} empty={(data) => (data.items.length === 0 ? <NoFlows /> : undefined)}>
        {(data) => <Content series={data} height={height} />}
      </Loaded>
    </Panel>
  )
}

const firstOf = ({ stepSeconds, items, rest }: Series): number =>
  firstStepOf(stepSeconds, rest, ...items.map(({ bitsPerSecond }) => bitsPerSecond))

/** The part of the window that is drawn. */
const knownWindowOf = (series: Series): Window => drawnWindowOf(series.window, series.stepSeconds, firstOf(series))

const labelOf = (by: Series['by'], key: string): string => (by === 'version' && key !== '0' ? `IPv${key}` : key)

/** The lines from the first step on that is known. */
function knownPartOf(series: Series) {
  const { window, stepSeconds, by, items, rest } = series
  const first = firstOf(series)
  const flowed = rest.some((rate) => rate !== null && rate > 0)
  const lines = [
    ...items.map(({ key, bitsPerSecond }, index) => ({
      label: labelOf(by, key),
      colour: colours[index]!,
      values: bitsPerSecond,
    })),
    ...(flowed ? [{ label: 'others', colour: '--unknown', values: rest }] : []),
  ]
  return {
    times: stepTimes(window.from, stepSeconds, rest.length).slice(first),
    lines: lines.map((line) => ({ ...line, values: line.values.slice(first) })),
  }
}

function Content({ series, height }: { readonly series: Series; readonly height: number }) {
  const { times, stacked, rows, peak } = useMemo(() => {
    const { times, lines } = knownPartOf(series)
    const drawn = stackedOf(lines.map(({ values }) => values))
    const all = sumOfSeries(lines.map(({ values }) => values))
    return {
      times,
      stacked: lines.map((line, index): ChartSeries => ({ ...line, drawn: drawn[index]!, fill: 0.5 })),
      rows: [...lines, { label: 'all', values: all }].map(({ label, values }) => ({
        label,
        summary: summaryOf(values),
      })),
      peak: Math.max(0, ...all.filter((rate) => rate !== null)),
    }
  }, [series])
  const by = dimensionLabels[series.by]
  return (
    <>
      <TimeChart
        label={`Traffic over time by ${by}, one on top of the other; the table below has its figures`}
        times={times}
        series={stacked}
        top={peak * 1.08 || 1}
        format={formatRate}
        formatTick={formatCapacity}
        height={height}
      />
      <LoadSummary head={by} rows={rows} />
    </>
  )
}

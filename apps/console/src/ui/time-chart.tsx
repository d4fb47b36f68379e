/**
 * Series over time (uPlot). Colours are read when it draws, so that a change of theme only draws again; new data go
 * into the same chart; only other series make a new one. The table under it is its twin for those who cannot see it.
 */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { formatTick, formatTime } from '../figures/clock.ts'
import { axisOf } from '../figures/series.ts'
import { clock, paint } from '../state/preferences.ts'
import { resolveColour } from './colour.ts'

export interface ChartSeries {
  readonly label: string
  /** Custom property such as --series-a. */
  readonly colour: string
  readonly values: readonly (number | null)[]
  /** Where it is drawn if not at its values: on top of the series before it, down to which it is filled. */
  readonly drawn?: readonly (number | null)[]
  readonly line?: 'solid' | 'dashed'
  /** Opacity 0..1 of the area below. */
  readonly fill?: number
}

interface Props {
  readonly label: string
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly series: readonly ChartSeries[]
  /** Upper end of the vertical axis, which begins at 0. */
  readonly top: number
  readonly format: (value: number) => string
  /** How ticks of the vertical axis read: round values without the zeros that figures need to stand in line. */
  readonly formatTick: (value: number) => string
  /** Pixels that it has at least; it grows into what its card has left. */
  readonly height: number
}

const axisFont = '11px Inter, system-ui, sans-serif'

export function TimeChart(props: Props) {
  const { label, series, times, format, height, top } = props
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | undefined>(undefined)
  const latest = useRef(props)
  latest.current = props
  const cursor = useSignal<number | null>(null)
  const shape = series.map(({ label, colour }) => `${label} ${colour}`).join('\n')
  // read here, so that a change of theme or clock draws again
  const look = `${paint.value} ${clock.value}`

  useEffect(() => {
    const element = place.current!
    const sizeOf = () => ({ width: element.clientWidth, height: element.clientHeight })
    const made = new uPlot(optionsOf(latest, sizeOf(), cursor), dataOf(latest.current), element)
    chart.current = made
    const observer = new ResizeObserver(() => made.setSize(sizeOf()))
    observer.observe(element)
    void document.fonts.ready.then(() => made.redraw(false, true))
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [shape])
  useEffect(() => chart.current?.setData(dataOf(latest.current)), [times, series, top])
  useEffect(() => chart.current?.redraw(false, true), [look])

  const at = cursor.value
  const time = at === null ? undefined : times[at]
  return (
    <figure class="chart">
      <div class="plot" style={{ minHeight: `${height}px` }}>
        <div ref={place} role="img" aria-label={label} />
      </div>
      <figcaption>
        {series.map(({ label, colour, values, line }) => (
          <span key={label} class="key">
            <i class={line ?? 'solid'} style={{ color: `var(${colour})` }} />
            {label}
            {at !== null && <b>{(values[at] ?? null) === null ? '–' : format(values[at]!)}</b>}
          </span>
        ))}
        <span class="at">{time === undefined ? '' : formatTime(time * 1000, clock.value)}</span>
      </figcaption>
    </figure>
  )
}

const dataOf = ({ times, series }: Props): uPlot.AlignedData =>
  [times, ...series.map(({ values, drawn }) => drawn ?? values)] as uPlot.AlignedData

function optionsOf(
  latest: { readonly current: Props },
  size: { readonly width: number; readonly height: number },
  cursor: { value: number | null },
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => resolveColour('--muted'),
    grid: { stroke: () => resolveColour('--line'), width: 1 },
    ticks: { show: false },
    font: axisFont,
  }
  return {
    ...size,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    padding: [10, 30, 0, 0],
    scales: {
      x: { time: true, range: (_, from, to) => axisOf(from, to) ?? [null, null] },
      y: { range: () => [0, latest.current.top] },
    },
    tzDate: (seconds) =>
      clock.peek() === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000),
    axes: [
      {
        ...axis,
        size: 28,
        // a date needs its room, however narrow the chart
        space: (_chart, _axis, min, max, pixels) => (pixels < 420 && max - min <= 86_400 ? 50 : 74),
        values: (chart, splits) => {
          const spanSeconds = (chart.scales['x']!.max ?? 0) - (chart.scales['x']!.min ?? 0)
          const tickSeconds = (splits[1] ?? Infinity) - splits[0]!
          return splits.map((seconds) => formatTick(seconds * 1000, clock.peek(), { spanSeconds, tickSeconds }))
        },
      },
      {
        ...axis,
        size: 72,
        space: 34,
        values: (_, splits) => splits.map((value) => latest.current.formatTick(value)),
      },
    ],
    series: [
      {},
      ...latest.current.series.map(({ label, colour, line, fill }): uPlot.Series => ({
        label,
        stroke: () => resolveColour(colour),
        width: line === 'dashed' ? 1.3 : 1.8,
        ...(line === 'dashed' ? { dash: [6, 4] } : {}),
        ...(fill === undefined ? {} : { fill: () => resolveColour(colour, fill) }),
        // a line has two ends: what is known of one step only shows as a point
        points: {
          show: (_, index) => latest.current.series[index - 1]?.values.filter((value) => value !== null).length === 1,
        },
      })),
    ],
    bands: latest.current.series.flatMap(({ drawn }, index) =>
      drawn === undefined || index === 0 ? [] : [{ series: [index + 1, index] }],
    ),
    hooks: { setCursor: [(chart) => (cursor.value = chart.cursor.idx ?? null)] },
  }
}

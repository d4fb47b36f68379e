/** The text format of Prometheus, version 0.0.4. @module */
import type { Bucketed } from './histogram.ts'

type Labels = Readonly<Record<string, string>>

interface Sample<Value> {
  readonly labels?: Labels
  readonly value: Value
}

export interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly Sample<number>[]
}

interface HistogramMetric {
  readonly name: string
  readonly type: 'histogram'
  readonly help: string
  readonly samples: readonly Sample<Bucketed>[]
}

export type AnyMetric = Metric | HistogramMetric

export const gauge = (name: string, help: string, samples: Metric['samples']): Metric => ({
  name,
  type: 'gauge',
  help,
  samples,
})
export const counter = (name: string, help: string, samples: Metric['samples']): Metric => ({
  name,
  type: 'counter',
  help,
  samples,
})

/** A sample for each key. */
export const samplesOf = (label: string, values: Readonly<Record<string, number>>): Metric['samples'] =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }))

/** One block a metric; metrics without samples are left out. */
export function prometheusText(metrics: readonly AnyMetric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(
      (metric) =>
        `# HELP ${metric.name} ${metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n` +
        `# TYPE ${metric.name} ${metric.type}\n${linesOf(metric).join('')}`,
    )
    .join('')
}

function linesOf(metric: AnyMetric): readonly string[] {
  const { name } = metric
  if (metric.type !== 'histogram') return metric.samples.map(({ labels, value }) => line(name, labels, value))
  return metric.samples.flatMap(({ labels, value: { buckets, sum } }) => [
    ...buckets.map(({ bound, count }) => line(`${name}_bucket`, { ...labels, le: numberText(bound) }, count)),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, buckets.at(-1)?.count ?? 0),
  ])
}

const line = (name: string, labels: Labels | undefined, value: number): string =>
  `${name}${labelText(labels)} ${numberText(value)}\n`

function labelText(labels: Labels | undefined): string {
  if (labels === undefined) return ''
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const numberText = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)

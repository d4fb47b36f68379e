/** What every process of Vagus tells of itself. @module */
import { type AnyMetric, counter, gauge } from '@vagus/signals'
import type { Delivery } from './span-sender.ts'

/** @param delivery of spans; undefined: nothing is traced */
export function processMetrics(version: string, delivery: Delivery | undefined): readonly AnyMetric[] {
  const startedAt = performance.timeOrigin / 1000
  return [
    gauge('vagus_build_info', 'Version of Vagus.', [{ labels: { version }, value: 1 }]),
    gauge('process_start_time_seconds', 'Start of the process since 1970.', [{ value: startedAt }]),
    gauge('process_resident_memory_bytes', 'Memory of the process.', [{ value: process.memoryUsage.rss() }]),
    ...(delivery === undefined ? [] : deliveryMetrics(delivery)),
  ]
}

/** How sending spans goes. */
const deliveryMetrics = ({ sent, dropped, waiting }: Delivery): readonly AnyMetric[] => [
  counter('vagus_spans_sent_total', 'Spans that the OTLP receiver took.', [{ value: sent }]),
  counter('vagus_spans_dropped_total', 'Spans that found no room, or were refused.', [{ value: dropped }]),
  gauge('vagus_spans_waiting', 'Spans that wait to be sent.', [{ value: waiting }]),
]

/** What /metrics tells. @module */
import { type Metric, prometheusText } from '@vagus/signals'
import type { StoreStats } from '@vagus/store'
import { storeLag, type View } from '../domain/view.ts'

type Sample = Metric['samples'][number]

const one = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [{ value }])
const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  type: 'counter',
  help,
  samples,
})
const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  type: 'gauge',
  help,
  samples,
})

export interface MetricsInput {
  readonly view: View
  readonly store: StoreStats | undefined
  readonly agents: readonly Metric[]
  readonly steering: readonly Metric[]
  readonly events: number
  readonly residentOctets: number
}

export function metricsText({ view, store, agents, steering, events, residentOctets }: MetricsInput): string {
  const { report, config, measurements } = view
  const now = view.now()
  const perLink = (
    value: (link: (typeof config.links)[number]) => Readonly<Record<string, number | null>>,
  ): readonly Sample[] =>
    config.links.flatMap((link) =>
      Object.entries(value(link)).flatMap(([direction, rate]) =>
        rate === null ? [] : [{ labels: { link: link.name, direction }, value: rate }],
      ),
    )
  return prometheusText([
    gauge('vagus_build_info', 'Version of the controller.', [{ labels: { version: view.version }, value: 1 }]),
    gauge('process_start_time_seconds', 'Start of the controller since 1970.', [{ value: view.startedAt / 1000 }]),
    gauge('process_resident_memory_bytes', 'Memory of the process.', [{ value: residentOctets }]),
    ...receptionMetrics(report),
    ...streamMetrics(view),
    gauge(
      'vagus_link_bits_per_second',
      'Load by counters, last seconds.',
      perLink(({ name }) => {
        const { aToZ, zToA } = measurements.linkRate(name, now)
        return { aToZ, zToA }
      }),
    ),
    gauge(
      'vagus_link_capacity_bits_per_second',
      'Capacity.',
      config.links.map(({ name, capacity }) => ({ labels: { link: name }, value: capacity })),
    ),
    gauge(
      'vagus_link_up',
      '1 up, 0 down; absent when not known.',
      config.links.flatMap(({ name }) => {
        const { state } = measurements.linkState(name, now)
        return state === 'unknown' ? [] : [{ labels: { link: name }, value: state === 'up' ? 1 : 0 }]
      }),
    ),
    gauge('vagus_log_waiting_records', 'Records that wait for the disk.', one(report?.log.waiting)),
    counter('vagus_log_dropped_records_total', 'Records given up.', one(report?.log.dropped)),
    gauge('vagus_store_records', 'Records that can be asked for.', one(store?.records)),
    gauge('vagus_store_octets', 'Octets on disk.', one(store?.octets)),
    gauge(
      'vagus_store_lag_seconds',
      'Age of the oldest record that cannot be asked for yet.',
      one(store && storeLag(view, store)),
    ),
    ...agents,
    ...steering,
    counter('vagus_events_total', 'Events since the state began.', [{ value: events }]),
  ])
}

function streamMetrics({ report, directory }: View): readonly Metric[] {
  const perStream = (
    value: (stream: NonNullable<typeof report>['exporters'][number]) => number | undefined,
  ): readonly Sample[] =>
    report?.exporters.flatMap((stream) =>
      one(value(stream)).map((sample) => ({
        ...sample,
        labels: {
          device: directory.deviceAt(stream.address)?.name ?? '',
          address: stream.address,
          port: String(stream.port),
          domain: String(stream.domain),
          protocol: stream.protocol,
        },
      })),
    ) ?? []
  return [
    counter(
      'vagus_exporter_records_total',
      'Flow records of the stream.',
      perStream(({ records }) => records),
    ),
    counter(
      'vagus_exporter_lost_total',
      'Units of the stream that were lost.',
      perStream(({ lost }) => lost.units),
    ),
    counter(
      'vagus_exporter_undecoded_total',
      'Units of the stream that came and were given up because their template did not come.',
      perStream(({ undecoded }) => undecoded ?? 0),
    ),
    counter(
      'vagus_exporter_given_up_total',
      'Data sets of the stream that came and were given up because their template did not come.',
      perStream(({ parkedDropped }) => parkedDropped),
    ),
    gauge(
      'vagus_exporter_clock_behind_seconds',
      "By how much the clock of the stream's exporter is behind ours.",
      perStream(({ clockBehind }) => (clockBehind === undefined ? undefined : clockBehind / 1000)),
    ),
    gauge(
      'vagus_exporter_last_seconds',
      'Time of the last datagram since 1970.',
      perStream(({ lastAt }) => lastAt / 1000),
    ),
  ]
}

function receptionMetrics(report: View['report']): readonly Metric[] {
  const totals = report?.totals
  return [
    counter('vagus_flow_datagrams_total', 'Datagrams received.', one(totals?.datagrams)),
    counter('vagus_flow_octets_total', 'Octets of datagrams received.', one(totals?.octets)),
    counter('vagus_flow_records_total', 'Flow records decoded.', one(totals?.records)),
    counter('vagus_flow_malformed_total', 'Datagrams that were wrong at some octet.', one(totals?.malformed)),
    counter('vagus_flow_counter_samples_total', 'Interface counter samples.', one(totals?.counterSamples)),
    counter('vagus_flow_kernel_drops_total', 'Datagrams dropped before they were read.', one(report?.receiver.dropped)),
    counter('vagus_flow_live_left_out_total', 'Records that live figures leave out.', one(report?.liveLeftOut)),
    gauge(
      'vagus_flow_record_lag_seconds',
      'Time before now at which live figures end, as records take that long to come.',
      one(report === undefined ? undefined : report.recordLag.ms / 1000),
    ),
    counter('vagus_flow_late_total', 'Records too old for live figures when they came.', one(report?.liveLate)),
    counter('vagus_flow_future_total', 'Records that ended later than they came.', one(report?.liveFuture)),
    gauge('vagus_flow_parked_sets', 'Data sets that wait for their template.', one(totals?.parked)),
    gauge('vagus_flow_templates', 'Templates known.', one(totals?.templates)),
  ]
}

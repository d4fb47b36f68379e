/** What /metrics tells of routers that are asked by SNMP. @module */
import type { Metric } from '@vagus/signals'
import type { DeviceCounters } from '@vagus/api/counters'

export function counterMetrics(counters: readonly DeviceCounters[]): readonly Metric[] {
  const asked = counters.flatMap(({ device, snmp }) => (snmp === undefined ? [] : [{ device, snmp }]))
  if (asked.length === 0) return []
  return [
    {
      name: 'vagus_snmp_up',
      type: 'gauge',
      help: '1 while the device answers SNMP, 0 while it does not; absent before the first round.',
      samples: asked
        .filter(({ snmp }) => snmp.state !== 'waiting')
        .map(({ device, snmp }) => ({ labels: { device }, value: snmp.state === 'answers' ? 1 : 0 })),
    },
    {
      name: 'vagus_snmp_last_seconds',
      type: 'gauge',
      help: 'Time of the last whole round of the device since 1970.',
      samples: asked.flatMap(({ device, snmp: { lastAt } }) =>
        lastAt === null ? [] : [{ labels: { device }, value: Date.parse(lastAt) / 1000 }],
      ),
    },
  ]
}

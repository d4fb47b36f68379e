/** Exporters that fall silent after a flood of datagrams with invented source addresses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configSchema } from '@vagus/api'
import type { CollectorReport } from '../../src/collector/messages.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { DomainState } from '../../src/domain-state.ts'
import { eventsPerMinute } from '../../src/events/flood-guard.ts'

const config = configSchema.parse({
  devices: [{ name: 'pe-1', role: 'edge', address: '192.0.2.1' }],
  flow: { silentAfter: '30s' },
})
const numbered = numberedConfig(config)
const newState = (): DomainState => new DomainState(config, domainOf(numbered, numberingOf(undefined, numbered)))

interface Heard {
  readonly address: string
  /** Seconds. */
  readonly lastAt: number
}

/** A report at `at` seconds. */
const reportAt = (at: number, heard: readonly Heard[]): CollectorReport =>
  ({
    at: at * 1000,
    exporters: heard.map(({ address, lastAt }, index) => ({
      exporter: index + 1,
      address,
      protocol: 'ipfix',
      lastAt: lastAt * 1000,
      records: 1,
      templates: 1,
    })),
    counters: [],
    events: [],
    storeEvents: [],
    totals: { records: 9 },
    receiver: { dropped: 0 },
  }) as unknown as CollectorReport

const strangers = (count: number, lastAt: number): readonly Heard[] =>
  Array.from({ length: count }, (_, host) => ({ address: `2001:db8::${host.toString(16)}`, lastAt }))

test('invented exporters that fall silent together are told up to a limit, the configured one among them first', () => {
  const state = newState()
  const heard = [...strangers(10 * eventsPerMinute, 1000), { address: '192.0.2.1', lastAt: 1000 }]
  state.take(reportAt(1000, heard))
  const told = state.take(reportAt(1030, heard)).filter(({ event }) => event === 'exporter.silent')
  assert.equal(told.length, eventsPerMinute + 1)
  assert.equal(told[0]!.subject, 'pe-1')
  const later = state.take(reportAt(1100, heard))
  assert.deepEqual(
    later.map(({ event, fields }) => [event, fields['count'], fields['name']]),
    [['receiver.flood', 9 * eventsPerMinute, 'exporter.silent']],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configSchema } from '@vagus/api'
import type { CollectorReport } from '../../src/collector/messages.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { DomainState } from '../../src/domain-state.ts'

const config = configSchema.parse({
  devices: [{ name: 'pe-1', role: 'edge', address: '192.0.2.1' }],
  flow: { silentAfter: '30s' },
})
const numbered = numberedConfig(config)

/** A report at `at` seconds; pe-1 has last sent flows at `lastAt`. */
const reportAt = (at: number, lastAt: number): CollectorReport =>
  ({
    at: at * 1000,
    exporters: [
      { exporter: 1, address: '192.0.2.1', protocol: 'ipfix', lastAt: lastAt * 1000, records: 9, templates: 1 },
    ],
    counters: [],
    events: [],
    storeEvents: [],
    totals: { records: 9 },
    receiver: { dropped: 0 },
  }) as unknown as CollectorReport

test('an exporter falls silent by a clock that was set back by an hour', () => {
  const state = new DomainState(config, domainOf(numbered, numberingOf(undefined, numbered)))
  const silent = (at: number, lastAt: number): unknown[] => state.take(reportAt(at, lastAt)).map(({ event }) => event)
  assert.deepEqual(silent(4600, 4600), [])
  assert.deepEqual(silent(1000, 1000), [])
  assert.deepEqual(silent(1030, 1000), ['exporter.silent'])
})

test('an exporter is not silent for what passed before we listened', () => {
  const state = new DomainState(config, domainOf(numbered, numberingOf(undefined, numbered)))
  const silent = (at: number, lastAt: number): unknown[] =>
    state
      .take(reportAt(at, lastAt))
      .filter(({ event }) => event.startsWith('exporter.'))
      .map(({ event, fields }) => [event, fields['seconds']])
  // known from before the restart, of which the log took minutes to read back
  assert.deepEqual(silent(1000, 700), [])
  assert.deepEqual(silent(1029, 700), [])
  assert.deepEqual(silent(1030, 700), [['exporter.silent', 30]])
  assert.deepEqual(silent(1031, 1031), [['exporter.resumed', 31]])
})

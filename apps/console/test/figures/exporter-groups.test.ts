import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exporter } from '@vagus/api'
import { exporterGroupsOf } from '../../src/figures/exporter-groups.ts'

const stream = (port: number, change: Partial<Exporter> = {}): Exporter => ({
  address: '10.0.0.1',
  port,
  domain: 0,
  protocol: 'ipfix',
  device: 'pe-1',
  firstAt: '2026-06-30T12:00:00Z',
  lastAt: `2026-06-30T12:00:0${port % 10}Z`,
  datagrams: 10,
  records: 100,
  templates: 2,
  parked: 0,
  givenUp: 0,
  undecoded: 0,
  malformed: 1,
  lost: { units: 5, unit: 'records', rule: 'records', share: port / 100_000 },
  sampling: { rate: 1, from: 'domain' },
  clock: { behindSeconds: 0, isWrong: false },
  ...change,
})

test('streams of one device, address and protocol are one, with sums, the newest time and the worst loss', () => {
  const [group, ...others] = exporterGroupsOf([stream(4003), stream(4001), stream(4002)])
  assert.deepEqual(others, [])
  assert.deepEqual(
    group!.streams.map(({ port }) => port),
    [4001, 4002, 4003],
  )
  const { records, datagrams, malformed, lastAt, lost, sampling } = group!.whole
  assert.deepEqual([records, datagrams, malformed, lastAt], [300, 30, 3, '2026-06-30T12:00:03Z'])
  assert.deepEqual([lost.units, lost.share], [15, 0.04003])
  assert.deepEqual(sampling, { rate: 1, from: 'domain' })
})

test('other protocols and addresses stay apart; what is not configured comes first, devices in the order of numbers', () => {
  const keys = exporterGroupsOf([
    stream(1, { device: 'pe-10' }),
    stream(2, { device: 'pe-9' }),
    stream(3, { device: 'pe-9', protocol: 'sflow5' }),
    stream(4, { device: 'pe-9', address: '2001:db8::1' }),
    stream(5, { device: null, address: '192.0.2.7' }),
  ]).map(({ key }) => key)
  assert.deepEqual(keys, [
    ' 192.0.2.7 ipfix',
    'pe-9 10.0.0.1 ipfix',
    'pe-9 10.0.0.1 sflow5',
    'pe-9 2001:db8::1 ipfix',
    'pe-10 10.0.0.1 ipfix',
  ])
})

test('streams that sample differently have no common rate', () => {
  const [group] = exporterGroupsOf([stream(1), stream(2, { sampling: { rate: 1000, from: 'domain' } })])
  assert.equal(group!.whole.sampling, null)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CounterSample, CounterTable, windowOf } from '../src/index.ts'

const t0 = 1_700_000_000_000
const device = 1
const sampleOf = (source: 'sflow' | 'snmp', seconds: number, octets: number): CounterSample => ({
  exporter: 0,
  ifIndex: 1,
  ifName: 'eth1',
  at: t0 + seconds * 1000,
  uptimeMs: 1_000_000 + seconds * 1000,
  ifSpeed: 1e9,
  adminUp: true,
  operUp: true,
  inOctets: BigInt(octets),
  outOctets: 0n,
  inPackets: 0,
  outPackets: 0,
  inDiscards: 0,
  outDiscards: 0,
  inErrors: 0,
  outErrors: 0,
  ...(source === 'snmp' && { source, continued: true, every: 30_000 }),
})
const rate = (table: CounterTable, from: number, to: number): number | undefined =>
  table.rates(device, 1, windowOf(t0 + from * 1000, t0 + to * 1000))?.inBitsPerSecond

describe('counters of two sources', () => {
  test('what a device tells by itself counts, and SNMP of the same interface is not counted twice', () => {
    const table = new CounterTable()
    for (let second = 0; second <= 120; second += 10) {
      table.add(sampleOf('sflow', second, second * 1000), device)
      table.add(sampleOf('snmp', second + 1, 5_000_000 + second * 9999), device)
    }
    assert.equal(rate(table, 0, 120), 8000)
    assert.deepEqual(table.source(device, 1), { from: 'sflow', since: t0 })
  })

  test('SNMP takes over after 90 s, and nothing is said of the time between', () => {
    const table = new CounterTable()
    table.add(sampleOf('sflow', 0, 0), device)
    table.add(sampleOf('sflow', 10, 10_000), device)
    for (const second of [70, 100, 130, 160]) table.add(sampleOf('snmp', second, 5_000_000 + second * 1000), device)
    assert.deepEqual(table.source(device, 1), { from: 'snmp', since: t0 + 100_000 })
    assert.equal(rate(table, 100, 160), 8000)
    assert.equal(rate(table, 10, 100), undefined)
  })

  test('a device that tells again by itself counts again at once', () => {
    const table = new CounterTable()
    for (const second of [0, 30, 60]) table.add(sampleOf('snmp', second, second * 1000), device)
    for (const second of [65, 75, 85]) table.add(sampleOf('sflow', second, 9_000_000 + second * 500), device)
    assert.deepEqual(table.source(device, 1), { from: 'sflow', since: t0 + 65_000 })
    assert.equal(rate(table, 65, 85), 4000)
  })

  test('totals that do not go on are no traffic, even if they grew', () => {
    const table = new CounterTable()
    table.add(sampleOf('snmp', 0, 0), device)
    table.add(sampleOf('snmp', 30, 30_000), device)
    table.add({ ...sampleOf('snmp', 60, 900_000_000), continued: false }, device)
    table.add(sampleOf('snmp', 90, 900_030_000), device)
    assert.equal(rate(table, 0, 90), 8000)
  })
})

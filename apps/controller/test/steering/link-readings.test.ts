import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema, type Link } from '@vagus/api'
import type { InterfaceCounters } from '@vagus/flow'
import { createDirectory } from '../../src/domain/directory.ts'
import { Measurements } from '../../src/domain/measurements.ts'
import { bordersOf } from '../../src/steering/borders.ts'
import { linkReadingsOf, type MeasuredLinks } from '../../src/steering/link-readings.ts'
import { borderConfig } from './border-config.ts'

const config = configSchema.parse(borderConfig())
const directory = createDirectory(config)
const { links } = bordersOf(directory)[0]!
const domain = { devices: config.devices, sites: config.sites, links: config.links, applications: [] }
const start = Date.parse('2026-11-26T03:00:00Z')

/** 10 Mb/s in and 70 Mb/s out at pe-1 from `start` on, a sample every `seconds`. */
function counted(until: number, seconds: number, operUp = true): Measurements {
  const measurements = new Measurements(directory, domain)
  for (let at = start; at <= until; at += seconds * 1000) {
    const passed = BigInt(at - start)
    const sample = {
      at,
      ifIndex: 2,
      ifName: 'eth0',
      ifSpeed: 1e9,
      adminUp: true,
      operUp,
      uptimeMs: at - start,
      inOctets: passed * 1250n,
      outOctets: passed * 8750n,
      inPackets: 0,
      outPackets: 0,
      inDiscards: 0,
      outDiscards: 0,
      inErrors: 0,
      outErrors: 0,
    } as unknown as InterfaceCounters // sound: nothing else of it is read
    measurements.take([{ ...sample, address: '192.0.2.1' }], at)
  }
  return measurements
}
const told = (more: Partial<NonNullable<Link['measured']>>): NonNullable<Link['measured']> => ({
  by: 'pe-2',
  capacity: 50e6,
  aToZ: 30e6,
  zToA: 5e6,
  congested: 'no',
  delayMicroseconds: null,
  ageSeconds: 1,
  ...more,
})
const read = (measurements: Measurements, measured: MeasuredLinks, now: number) =>
  linkReadingsOf(links, measurements, measured, { now, step: 60_000 })

describe('a link of a border', () => {
  test('carries inwards what its counters say over the step, and null where nothing tells', () => {
    const now = start + 90_000
    assert.deepEqual(read(counted(now, 5), new Map(), now), [
      { name: 'tr-1', capacity: 100e6, load: 10e6 },
      { name: 'tr-2', capacity: 100e6, load: null },
    ])
  })
  test('is read up to the newest sample of an exporter that sends them seldom, and not once that is older than a step', () => {
    const measurements = counted(start + 90_000, 30)
    assert.equal(read(measurements, new Map(), start + 119_000)[0]!.load, 10e6)
    assert.equal(read(measurements, new Map(), start + 151_000)[0]!.load, null)
  })
  test('without counters carries what its agent measures inwards, if that is of this step', () => {
    const none = new Measurements(directory, domain)
    const load = (more: Partial<NonNullable<Link['measured']>>) =>
      read(none, new Map([['tr-2', told(more)]]), start)[1]!.load
    // tr-2 is from the neighbour to us.
    assert.deepEqual([load({}), load({ ageSeconds: 61 })], [30e6, null])
  })
  test('that is down can carry nothing, so that nothing is moved to it', () => {
    const now = start + 90_000
    assert.equal(read(counted(now, 5, false), new Map(), now)[0]!.capacity, 0)
  })
  test('has no more capacity than its agent measures, and no more than is configured', () => {
    const none = new Measurements(directory, domain)
    const capacity = (measured: number) =>
      read(none, new Map([['tr-1', told({ capacity: measured })]]), start)[0]!.capacity
    assert.deepEqual([capacity(50e6), capacity(1e9), capacity(0)], [50e6, 100e6, 100e6])
  })
})

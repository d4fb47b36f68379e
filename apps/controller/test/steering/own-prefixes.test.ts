import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import fc from 'fast-check'
import { OwnPrefixes } from '../../src/steering/own-prefixes.ts'
import { borderConfig } from './border-config.ts'

const config = configSchema.parse(borderConfig())
// Numbers outlive the configuration: one of before was first.
const domain = { sites: [{ name: 'gone', prefixes: [] }, ...config.sites] }
const own = new OwnPrefixes(config, domain)
const [office, factory] = [2, 3]

describe('our prefixes', () => {
  test('are those of our sites', () => {
    assert.deepEqual(own.sites, [office, factory])
    assert.deepEqual(own.dividedSites, [factory])
  })
  test('take the whole of a sum where the site has no other of the version', () => {
    const sums = [
      { place: 0, site: office, version: 4, octets: 700 },
      { place: 1, site: office, version: 6, octets: 300 },
    ]
    assert.deepEqual(
      [...own.octetsByPrefix(2, sums, [])],
      [
        ['10.1.0.0/16', [700, 0]],
        ['2001:db8:1::/48', [0, 300]],
      ],
    )
  })
  test('share a sum by the destinations that are known, each of which is its longest match', () => {
    const sums = [{ place: 1, site: factory, version: 4, octets: 1000 }]
    const to = (destination: string, octets: number, place = 1) => ({ place, site: factory, destination, octets })
    const destinations = [to('10.2.3.4', 300), to('10.2.9.9', 100), to('10.9.0.1', 100), to('10.9.0.1', 5000, 0)]
    assert.deepEqual(
      [...own.octetsByPrefix(2, sums, destinations)],
      [
        ['10.2.3.0/24', [0, 600]],
        ['10.2.0.0/16', [0, 200]],
        ['10.9.0.0/16', [0, 200]],
      ],
    )
  })
  test('get nothing of a sum whose destinations are not known, or are those of another site', () => {
    const sums = [{ place: 0, site: factory, version: 4, octets: 1000 }]
    assert.deepEqual([...own.octetsByPrefix(2, sums, [])], [])
    const moved = [{ place: 0, site: factory, destination: '10.1.0.1', octets: 10 }]
    assert.deepEqual([...own.octetsByPrefix(2, sums, moved)], [])
    assert.deepEqual([...own.octetsByPrefix(1, [{ place: 0, site: 9, version: 0, octets: 1 }], [])], [])
  })
  test('get all of a sum of which any destination is known, and never more', () => {
    const destination = fc.record({
      place: fc.nat(1),
      destination: fc.constantFrom('10.2.3.4', '10.2.0.1', '10.9.0.1', '203.0.113.1'),
      octets: fc.integer({ min: 1, max: 1e12 }),
    })
    fc.assert(
      fc.property(fc.array(destination), fc.nat(1e12), (seen, octets) => {
        const sum = { place: 0, site: factory, version: 4, octets }
        const destinations = seen.map((one) => ({ ...one, site: factory }))
        const found = own.octetsByPrefix(2, [sum], destinations).values()
        const whole = [...found].reduce((all, row) => all + row[0]! + row[1]!, 0)
        const isKnown = seen.some(({ place, destination: to }) => place === 0 && to.startsWith('10.'))
        assert.ok(Math.abs(whole - (isKnown ? octets : 0)) <= 1e-9 * octets, `${whole} of ${octets}`)
      }),
    )
  })
})

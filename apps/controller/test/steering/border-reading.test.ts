import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import { steeringOwner } from '@vagus/api/steering'
import { createDirectory } from '../../src/domain/directory.ts'
import type { BorderLinkReading } from '../../src/steering/link-readings.ts'
import { placesOf, prefixReadings, problemOf } from '../../src/steering/border-reading.ts'
import { bordersOf } from '../../src/steering/borders.ts'
import { borderConfig } from './border-config.ts'

const border = bordersOf(createDirectory(configSchema.parse(borderConfig())))[0]!
const places = placesOf(border, [])
const steered = (prefix: string) => ({ owner: 'noc', prefix, device: 'pe-1', interface: 'eth0', class: 4 })

describe('prefixes of a border', () => {
  test('are those with traffic or with classes in force', () => {
    const rates = new Map([
      ['10.1.0.0/16', [0, 0]],
      ['10.2.0.0/16', [5, 1]],
      ['10.9.0.0/16', [0, 2]],
    ])
    assert.deepEqual(prefixReadings(places, rates, [steered('10.2.0.0/16'), steered('10.3.0.0/16')]), [
      { prefix: '10.2.0.0/16', rates: [5, 1], steeredTo: 1, heldBy: 'noc' },
      { prefix: '10.3.0.0/16', rates: [0, 0], steeredTo: 1, heldBy: 'noc' },
      { prefix: '10.9.0.0/16', rates: [0, 2] },
    ])
  })
  test('are held by who else asked for classes of them, also where those draw them nowhere', () => {
    const rates = new Map(['10.2.0.0/16', '10.9.0.0/16'].map((prefix) => [prefix, [5, 1]] as const))
    const elsewhere = { ...steered('10.2.0.0/16'), interface: 'eth7' }
    const found = prefixReadings(places, rates, [elsewhere, { ...steered('10.9.0.0/16'), owner: steeringOwner }])
    assert.deepEqual(
      found.map(({ prefix, heldBy }) => [prefix, heldBy]),
      [
        ['10.9.0.0/16', undefined],
        ['10.2.0.0/16', 'noc'],
      ],
    )
  })
  test('are all of them: those that are steered, then the heaviest', () => {
    const rates = new Map(Array.from({ length: 300 }, (_, index) => [`10.${index}.0.0/16`, [index + 1, 0]] as const))
    const found = prefixReadings(places, rates, [steered('10.0.0.0/16')])
    assert.deepEqual(
      [found.length, found[0]!.prefix, found[1]!.prefix, found.at(-1)!.prefix],
      [300, '10.0.0.0/16', '10.299.0.0/16', '10.1.0.0/16'],
    )
  })
})

describe('the problem of a border', () => {
  const readings = (loads: readonly (number | null)[]) =>
    loads.map((load, index) => ({ name: `tr-${index + 1}`, capacity: 1, load }))
  const both = () => true
  test('is none when all is known', () => assert.equal(problemOf(border, readings([1, 2]), null, both), null))
  test('tells a link that is down from one of which nothing is known', () => {
    const [up, down] = readings([1, null]) as [BorderLinkReading, BorderLinkReading]
    assert.equal(problemOf(border, [up, { ...down, isDown: true }], null, both), 'tr-2 is down: pe-2 eth0')
  })
  test('names each link without counters, devices without flows, and why the store did not answer', () => {
    assert.match(
      problemOf(border, readings([1, null]), null, both)!,
      /^the load of tr-2 is not known: no counters of pe-2 eth0/,
    )
    assert.match(
      problemOf(border, readings([1, 1]), null, (address) => address !== '192.0.2.1')!,
      /: pe-1 exports no flows$/,
    )
    assert.equal(problemOf(border, readings([1, 1]), 'busy', both), 'which prefixes enter is not known: busy')
  })
})

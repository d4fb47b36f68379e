import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { interfacesInDump } from '../src/route-messages.ts'

// From Linux 6.18: default nexthop via 10.70.0.254 dev up0 nexthop via 10.71.0.254 dev up1; up0 is 3, up1 is 5.
const header = '1800220001000000b81f0000'
const hops = '1000 00 00 03000000 080005000a4600fe 1000 00 00 05000000 080005000a4700fe'
const several = `48000000 ${header} 02000000fe03000100000000 08000f00fe000000 24000900 ${hops}`
const one = `34000000 ${header} 02000000fe03000100000000 08000f00fe000000 0800040003000000 080005000a4600fe`
const unreachable = `2c000000 ${header} 02000000fe03000700000000 08000f00fe000000 0800060009000000`
const connected = `3c000000 ${header} 02180000fe02fd0100000000 08000f00fe000000 080001000a460000 080007000a460001 0800040003000000`
const otherTable = one.replace('fe030001', 'fd030001')
const done = '14000000 0300020001000000b81f0000 00000000'
const refused = '24000000 0200000001000000b81f0000 eaffffff 1c0000001a00010301000000 00000000'

const indicesIn = (...messages: readonly string[]): readonly number[] | undefined =>
  interfacesInDump(Buffer.from(messages.join('').replaceAll(' ', ''), 'hex'))

test('every next hop of a default route leads over its interface (RTA_MULTIPATH)', () => {
  assert.deepEqual(indicesIn(several, unreachable, connected), [3, 5])
})

test('a next hop whose link is down leads nowhere (RTNH_F_DEAD)', () => {
  assert.deepEqual(indicesIn(several.replace('1000 00 00 03', '1000 01 00 03')), [5])
})

test('a route with one next hop has it in RTA_OIF, and other tables do not count', () => {
  assert.deepEqual(indicesIn(one, otherTable, done), [3])
})

test('a host without default routes has none, and a refusal is no list', () => {
  assert.deepEqual(indicesIn(connected, done), [])
  assert.equal(indicesIn(refused), undefined)
})

test('cut and broken messages are skipped, whatever they hold', () => {
  assert.deepEqual(indicesIn(one, several.slice(0, -8)), [3])
  const octets = Buffer.from(several.replaceAll(' ', ''), 'hex')
  fc.assert(
    fc.property(fc.nat(octets.length - 1), fc.nat(255), (at, value) => {
      const broken = Uint8Array.from(octets)
      broken[at] = value
      interfacesInDump(broken)
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (random) => void interfacesInDump(random)))
})

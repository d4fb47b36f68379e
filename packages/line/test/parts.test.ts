import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addressesOf, locatorOf, nodesOf, partsOf, quote, rateText, wireRate } from '../src/index.ts'
import { diamond, epoch, hour } from './networks.ts'

const wish = { from: 'east', to: 'west', bitsPerSecond: 20e6, start: epoch, end: epoch + hour }
const found = quote(wish, diamond(), [])
assert.equal(found.type, 'possible')
const laying = { number: 0x1f, bitsPerSecond: 20e6 }
const { holds, steers } = partsOf(found.path, diamond(), laying)
const [atEast, atWest] = ['fd00:c:1:1f::/64', 'fd00:c:4:1f::/64']

describe('the parts of a path', () => {
  test('have a hold for each router, with a route and a rate for each direction in which it sends', () => {
    assert.deepEqual(
      holds.map(({ node, part }) => [node, part.transmits.map((one) => [one.interface, one.towards])]),
      [
        ['R1', [['to-R2', atWest]]],
        [
          'R2',
          [
            ['to-R4', atWest],
            ['to-R1', atEast],
          ],
        ],
        ['R4', [['to-R2', atEast]]],
      ],
    )
    for (const { part } of holds) for (const one of part.transmits) assert.equal(one.bitsPerSecond, 21.3e6)
  })

  test('have the locators of both ends, and where packets leave the path', () => {
    assert.deepEqual(
      holds.map(({ part }) => part.end),
      [
        { locator: atEast, remote: atWest, interface: 'to-east' },
        undefined,
        { locator: atWest, remote: atEast, interface: 'to-west' },
      ],
    )
  })

  test('steer at both ends from the prefixes of the own site to those of the other', () => {
    const [east, west] = [['10.101.0.0/16'], ['10.119.0.0/16']]
    assert.deepEqual(steers, [
      { node: 'R1', part: { type: 'steer', interface: 'to-east', from: east, to: west, remote: atWest } },
      { node: 'R4', part: { type: 'steer', interface: 'to-west', from: west, to: east, remote: atEast } },
    ])
  })

  test('name the path from which the line moves', () => {
    const moved = partsOf(found.path, diamond(), { ...laying, insteadOf: 7 })
    assert.deepEqual(
      moved.holds.map(({ part }) => part.insteadOf),
      [7, 7, 7],
    )
  })

  test('are none of a network that has not the path', () => {
    const links = diamond().links.slice(1)
    assert.throws(() => partsOf(found.path, diamond({ links }), laying), /the network has no link R1-R2/)
    assert.throws(() => partsOf(found.path, diamond({ nodes: [] }), laying), /the network has no node R1/)
    assert.throws(() => partsOf(found.path, diamond({ attachments: [] }), laying), /east is not attached to R1 to-east/)
    assert.deepEqual(nodesOf(found.path), ['R1', 'R2', 'R4'])
  })
})

describe('a locator', () => {
  for (const [node, number, text] of [
    [1, 1, 'fd00:c:1:1::/64'],
    [65_535, 65_535, 'fd00:c:ffff:ffff::/64'],
    [0x0100, 0x00ff, 'fd00:c:100:ff::/64'],
  ] as const) {
    test(`of node ${node} and path ${number} is ${text}`, () =>
      assert.equal(locatorOf('fd00:c::/32', node, number), text))
  }

  test('has an address for IPv4, for IPv6 and for probes', () => {
    assert.deepEqual(addressesOf('fd00:c:1:7::/64'), {
      dx4: 'fd00:c:1:7::4',
      dx6: 'fd00:c:1:7::6',
      probe: 'fd00:c:1:7::a',
    })
  })

  test('is none of another block, or of a number that does not fit', () => {
    assert.throws(() => locatorOf('fd00::/16', 1, 1), /no IPv6 prefix of 32 bits, such as/)
    assert.throws(() => locatorOf('10.0.0.0/32', 1, 1), /no IPv6 prefix/)
    for (const number of [0, -1, 1.5, 65_536, NaN]) {
      assert.throws(() => locatorOf('fd00:c::/32', number, 1), /number of the node is .*; it must be 1..65535/)
      assert.throws(() => locatorOf('fd00:c::/32', 1, number), /number of the path is .*; it must be 1..65535/)
    }
  })
})

test('a rate on the wire has the outer headers of packets of 1,200 octets, rounded up', () => {
  assert.deepEqual([wireRate(1200), wireRate(20e6), wireRate(1)], [1278, 21.3e6, 2])
  assert.deepEqual([20e6, 21_345_678, 950e3, 2.5e9, 0].map(rateText), [
    '20 Mbit/s',
    '21.3 Mbit/s',
    '950 kbit/s',
    '2.5 Gbit/s',
    '0 kbit/s',
  ])
})

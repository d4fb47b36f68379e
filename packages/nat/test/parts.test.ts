import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DecodeError } from '@vagus/wire'
import {
  decodeOffer,
  decodeSeen,
  encodeOffer,
  encodeSeen,
  mappingOf,
  type Offer,
  ProbeBudget,
  probedAddresses,
  scopeOf,
  toldAddresses,
} from '../src/index.ts'
import { octetsFrom, randomFrom } from './network.ts'

const at = (text: string): { readonly host: string; readonly port: number } => {
  const cut = text.lastIndexOf(':')
  return { host: text.slice(0, cut), port: Number(text.slice(cut + 1)) }
}

describe('how a NAT maps (RFC 4787 §4.1)', () => {
  const local = at('192.168.1.2:5000')
  const kindOf = (...pairs: readonly (readonly [string, string])[]): string =>
    mappingOf(
      local,
      pairs.map(([to, seen]) => ({ to: at(to), seen: at(seen) })),
    ).kind

  test('is known from two observers at least', () => {
    assert.equal(kindOf(), 'blocked')
    assert.equal(kindOf(['198.51.100.1:1', '203.0.113.1:9']), 'unknown')
    assert.equal(kindOf(['198.51.100.1:1', '203.0.113.1:9'], ['198.51.100.1:1', '203.0.113.1:9']), 'unknown')
    assert.equal(kindOf(['198.51.100.1:1', '192.168.1.2:5000']), 'none')
    assert.equal(
      kindOf(['198.51.100.1:1', '203.0.113.1:9'], ['198.51.100.2:1', '203.0.113.1:9']),
      'endpoint-independent',
    )
  })

  test('is told apart by two ports of one observer', () => {
    const other = ['198.51.100.9:1', '203.0.113.1:11'] as const
    assert.equal(
      kindOf(['198.51.100.1:1', '203.0.113.1:9'], ['198.51.100.1:2', '203.0.113.1:9'], other),
      'address-dependent',
    )
    assert.equal(
      kindOf(['198.51.100.1:1', '203.0.113.1:9'], ['198.51.100.1:2', '203.0.113.1:10'], other),
      'address-and-port-dependent',
    )
    assert.equal(kindOf(['198.51.100.1:1', '203.0.113.1:9'], other), 'address-and-port-dependent')
  })

  test('says whether the port is kept', () => {
    const seen = (text: string): boolean | undefined =>
      mappingOf(local, [{ to: at('198.51.100.1:1'), seen: at(text) }]).preservesPort
    assert.deepEqual([seen('203.0.113.1:5000'), seen('203.0.113.1:5001')], [true, false])
  })
})

describe('addresses', () => {
  const seen = [at('203.0.113.1:9')]
  const hosts = [at('192.168.1.2:5000')]

  test('of the own network are told only to one behind the same NAT', () => {
    assert.deepEqual(toldAddresses(seen, hosts, undefined), seen)
    assert.deepEqual(toldAddresses(seen, hosts, { addresses: [at('203.0.113.2:9')] }), seen)
    assert.deepEqual(toldAddresses(seen, hosts, { addresses: [at('203.0.113.1:7')] }), [...hosts, ...seen])
  })

  test('of private networks are probed only where they can be of ours', () => {
    const told = [at('192.168.1.7:1'), at('203.0.113.2:9')]
    assert.deepEqual(probedAddresses(told, seen), [told[1]])
    assert.deepEqual(probedAddresses([...told, at('203.0.113.1:7')], seen), [...told, at('203.0.113.1:7')])
    assert.deepEqual(probedAddresses(told, [at('10.0.0.2:1')]), told)
  })

  test('have a scope', () => {
    const scopes = [
      '8.8.8.8',
      '10.1.2.3',
      '100.64.0.1',
      'fd12::1',
      '2001:db8::1',
      '127.0.0.1',
      '169.254.169.254',
      'fe80::1',
      'ff02::1',
      '255.255.255.255',
      'example.org',
      '',
    ].map(scopeOf)
    assert.deepEqual(scopes, [
      'global',
      'private',
      'private',
      'private',
      'global',
      ...Array.from({ length: 7 }, () => 'nowhere'),
    ])
  })
})

describe('notices', () => {
  const offer: Offer = {
    attempt: 0x01020304,
    step: 'answer',
    id: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    key: new Uint8Array(16).fill(9),
    mapping: 'endpoint-independent',
    addresses: [at('203.0.113.1:7601'), at('2001:db8::1:7602')],
  }

  test('have one form on the wire', () => {
    const hex = Buffer.from(encodeOffer(offer)).toString('hex')
    assert.equal(
      hex,
      `01020304010102030405060708${'09'.repeat(16)}0324${'00'.repeat(10)}ffffcb0071011db120010db8${'00'.repeat(11)}011db2`,
    )
    assert.deepEqual(decodeOffer(Buffer.from(hex, 'hex')), offer)
    const seen = { id: offer.id, number: offer.id, address: at('203.0.113.1:7601') }
    assert.deepEqual(decodeSeen(encodeSeen(seen)), seen)
  })

  test('of a later version are read as far as they go: an unknown mapping, and no more than eight addresses', () => {
    const octets = encodeOffer(offer)
    octets[29] = 200
    assert.equal(decodeOffer(octets).mapping, 'unknown')
    const many = {
      ...offer,
      addresses: Array.from({ length: 20 }, (_, port) => ({ host: '203.0.113.1', port: port + 1 })),
    }
    assert.equal(decodeOffer(encodeOffer(many)).addresses.length, 8)
  })

  test('that are cut, changed or random are read or refused, and nothing else', () => {
    const random = randomFrom(11)
    const good = encodeOffer(offer)
    for (let count = 0; count < 3000; count++) {
      const octets =
        count % 2 === 0
          ? octetsFrom(random, Math.floor(random() * 90))
          : good.slice(0, 1 + Math.floor(random() * good.length))
      octets[Math.floor(random() * octets.length)] = Math.floor(random() * 256)
      for (const read of [decodeOffer, decodeSeen]) {
        try {
          read(octets)
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error))
        }
      }
    }
  })
})

describe('the budget', () => {
  test('of all probes is 250 a second, to whatever hosts', () => {
    const budget = new ProbeBudget(0)
    let sent = 0
    for (let now = 0; now < 10_000; now += 1)
      for (let host = 0; host < 4; host++) sent += Number(budget.take(`192.0.2.${(now + host) % 250}`, 'usual', now))
    assert.ok(sent <= 300 + 2500 && sent > 2500, `${sent}`)
  })

  test('lets one search run at a time, and one of a host in ten minutes', () => {
    const budget = new ProbeBudget(0)
    assert.equal(budget.take('192.0.2.1', 'search', 0), false)
    assert.equal(budget.beginSearch('192.0.2.1', 0), true)
    assert.equal(budget.beginSearch('192.0.2.2', 0), false)
    assert.deepEqual([budget.take('192.0.2.1', 'search', 1), budget.take('192.0.2.2', 'search', 1)], [true, false])
    budget.endSearch()
    assert.equal(budget.beginSearch('192.0.2.1', 599_999), false)
    assert.equal(budget.beginSearch('192.0.2.1', 600_000), true)
  })

  test('does not grow when the clock is set back', () => {
    const budget = new ProbeBudget(1_000_000)
    let sent = 0
    for (let count = 0; count < 2000; count++)
      sent += Number(budget.take('192.0.2.1', 'usual', count % 2 === 0 ? 1_000_000 : 0))
    assert.ok(sent <= 10_300, `${sent}`)
  })
})

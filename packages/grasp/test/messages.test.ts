/** Messages of RFC 8990 §2.8 in both directions: recorded, from the appendix, of every form, and broken ones. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeCbor, DecodeError } from '@vagus/wire'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import {
  decodeMessage,
  encodeMessage,
  flagsOf,
  type Locator,
  type Message,
  type Objective,
  objectiveValue,
  valueOctets,
} from '../src/index.ts'
import { captured, examples, fromHex, toHex } from './messages.ts'

const skip = needsData('grasp/index.json')

describe('recorded from graspy', () => {
  for (const [name, octets] of captured()) {
    test(`${name} is read, and written octet for octet`, { skip }, () => {
      assert.equal(toHex(encodeMessage(decodeMessage(octets))), toHex(octets))
    })
  }

  test('there are recorded messages of all eleven types', { skip }, () => {
    assert.equal(new Set(captured().map(([, octets]) => decodeMessage(octets).type)).size, 11)
    assert.equal(captured().length, 57)
  })
})

test("the DULL flood of AnimaGUS' rooster is read, and written octet for octet", { skip }, () => {
  const octets = new Uint8Array(readFileSync(dataPath('grasp', 'rooster', 'flood1.bin')))
  const message = decodeMessage(octets)
  assert.ok(message.type === 'flood')
  assert.deepEqual(
    [message.sessionId, message.ttl, message.objectives[0]?.locator],
    [14, 1, { type: 'ipv6', address: fromHex('fe800000000000000000000000001122'), protocol: 17, port: 500 }],
  )
  assert.equal(toHex(encodeMessage(message)), toHex(octets))
})

describe('RFC 8990 appendix A', () => {
  for (const { name, hex } of examples) {
    test(`${name} is read, and written octet for octet`, () =>
      assert.equal(toHex(encodeMessage(decodeMessage(fromHex(hex)))), hex))
  }

  test('the response of A.1 says what the RFC says', () => {
    assert.deepEqual(decodeMessage(fromHex(examples[1].hex)), {
      type: 'response',
      sessionId: 13_948_744,
      initiator: fromHex('20010db8f000baaa28ccdc4c97036781'),
      ttl: 60_000,
      option: 'locators',
      locators: [{ type: 'ipv6', address: fromHex('20010db8f000baaaf000baaaf000baaa'), protocol: 6, port: 49_443 }],
    })
  })

  test('the first offer of A.5 carries its value as an encoded item', () => {
    const message = decodeMessage(fromHex(examples[7].hex))
    assert.ok(message.type === 'request-negotiation')
    assert.deepEqual(objectiveValue(message.objective), ['NZD', 410])
    assert.equal(message.objective.flags, flagsOf('discovery', 'negotiation'))
  })
})

describe('rows', () => {
  const initiator = fromHex('c0000201')
  const ipv6 = '8418675020010db80000000000000000000000010619 1f90'
  const rows: readonly { readonly name: string; readonly hex: string; readonly value: Message }[] = [
    { name: 'no-operation (§2.8.13)', hex: '81 00', value: { type: 'noop' } },
    {
      name: 'discovery without a value, by an IPv4 initiator (§2.8.4)',
      hex: '84 01 07 44c0000201 83 63455831 05 06',
      value: { type: 'discovery', sessionId: 7, initiator, objective: { name: 'EX1', flags: 5, loopCount: 6 } },
    },
    {
      name: 'response by divert to two locators (§2.9.2)',
      hex: `85 02 07 44c0000201 00 83 1864 ${ipv6} 84 1869 6161 11 18c8`,
      value: {
        type: 'response',
        sessionId: 7,
        initiator,
        ttl: 0,
        option: 'divert',
        locators: [
          { type: 'ipv6', address: fromHex('20010db8000000000000000000000001'), protocol: 6, port: 8080 },
          { type: 'fqdn', name: 'a', protocol: 17, port: 200 },
        ],
      },
    },
    {
      name: 'response in rapid mode with two locators (§2.5.6.3)',
      hex: `87 02 07 44c0000201 00 84 1868 44c0000202 06 01 84 186a 6162 f6 f6 84 63455831 04 01 01`,
      value: {
        type: 'response',
        sessionId: 7,
        initiator,
        ttl: 0,
        option: 'locators',
        locators: [
          { type: 'ipv4', address: fromHex('c0000202'), protocol: 6, port: 1 },
          { type: 'uri', uri: 'b', protocol: null, port: null },
        ],
        objective: { name: 'EX1', flags: 4, loopCount: 1, value: fromHex('01') },
      },
    },
    {
      name: 'dry run, with flags that nobody knows yet (§2.10.2)',
      hex: '83 03 07 84 63455831 188a 06 d8184101',
      value: {
        type: 'request-negotiation',
        sessionId: 7,
        objective: { name: 'EX1', flags: 0x8a, loopCount: 6, value: fromHex('d8184101') },
      },
    },
    {
      name: 'decline with a reason (§2.9.4)',
      hex: '83 06 07 82 1866 626e6f',
      value: { type: 'end', sessionId: 7, option: 'decline', reason: 'no' },
    },
    {
      name: 'the longest wait (§2.8.9)',
      hex: '83 07 07 1affffffff',
      value: { type: 'wait', sessionId: 7, waitingTime: 0xffff_ffff },
    },
    { name: 'invalid without content (§2.8.12)', hex: '82 1863 07', value: { type: 'invalid', sessionId: 7 } },
  ]
  for (const { name, hex, value } of rows) {
    test(name, () => {
      assert.deepEqual(decodeMessage(fromHex(hex)), value)
      assert.equal(toHex(encodeMessage(value)), hex.replaceAll(' ', ''))
    })
  }
})

describe('tolerance', () => {
  test('options that do not fit the type, and elements behind the last, are ignored (§2.9.1)', () => {
    assert.deepEqual(decodeMessage(fromHex('85 06 07 82 1866 626e6f 811865 00')), {
      type: 'end',
      sessionId: 7,
      option: 'decline',
      reason: 'no',
    })
    const odd = decodeMessage(fromHex('88 02 07 44c0000201 00 82 187f 01 84 1868 44c0000202 06 01 811865 6161'))
    assert.ok(odd.type === 'response' && odd.locators.length === 1)
  })

  test('CBOR that is not in the shortest form, and of indefinite length, is read', () => {
    const message = decodeMessage(fromHex('9f 1807 1b0000000000000007 190010 ff'))
    assert.deepEqual(message, { type: 'wait', sessionId: 7, waitingTime: 16 })
  })

  test('a value keeps its octets, however it was encoded', () => {
    const value = 'bf6162 1801 6161 fb3ff0000000000000 ff'
    const octets = fromHex(`83 05 07 84 63455831 02 06 ${value}`)
    assert.equal(toHex(encodeMessage(decodeMessage(octets))), toHex(octets))
  })

  test('a byte string and one inside tag 24 say the same', () => {
    const objective = (value: string): Objective => ({ name: 'EX9', flags: 5, loopCount: 6, value: fromHex(value) })
    assert.deepEqual(objectiveValue(objective('d81842fffe')), fromHex('fffe'))
    assert.deepEqual(objectiveValue(objective('42fffe')), fromHex('fffe'))
  })
})

describe('rejects', () => {
  const rows = [
    { name: 'an empty datagram', hex: '', code: 'truncated', offset: 0 },
    { name: 'no array', hex: '01', code: 'bad-length', offset: 0 },
    { name: 'an empty array', hex: '80', code: 'bad-length', offset: 0 },
    { name: 'a type that is no number', hex: '81 6161', code: 'bad-value', offset: 1 },
    { name: 'an unknown type', hex: '82 0a 07', code: 'bad-value', offset: 0 },
    { name: 'a type of 256', hex: '82 190100 07', code: 'bad-value', offset: 1 },
    { name: 'no session id', hex: '81 07', code: 'bad-length', offset: 0 },
    { name: 'a session id of 33 bits', hex: '83 07 1b0000000100000000 00', code: 'bad-value', offset: 2 },
    { name: 'a negative session id', hex: '83 07 20 00', code: 'bad-value', offset: 2 },
    { name: 'an initiator of five octets', hex: '84 01 07 450102030405 83 6161 01 01', code: 'bad-value', offset: 3 },
    { name: 'the flood that kills graspy', hex: `85 09 01 50${'00'.repeat(16)} 00 05`, code: 'bad-length', offset: 21 },
    { name: 'a flood without an objective', hex: '84 09 01 44c0000201 00', code: 'bad-length', offset: 0 },
    {
      name: 'a flood of an objective without a value',
      hex: '85 09 01 44c0000201 00 82 83 6161 04 01 80',
      code: 'bad-length',
      offset: 10,
    },
    { name: 'an offer without a value', hex: '83 05 07 83 6161 02 06', code: 'bad-length', offset: 3 },
    { name: 'an objective with a number for a name', hex: '83 05 07 84 01 02 06 00', code: 'bad-value', offset: 4 },
    { name: 'negative flags', hex: '83 05 07 84 6161 20 06 00', code: 'bad-value', offset: 6 },
    { name: 'a loop count of 256', hex: '83 05 07 84 6161 02 190100 00', code: 'bad-value', offset: 7 },
    { name: 'a name that is not UTF-8', hex: '83 05 07 84 61ff 02 06 00', code: 'bad-value', offset: 5 },
    { name: 'an end of neither kind', hex: '83 06 07 811867', code: 'bad-length', offset: 0 },
    { name: 'a reason that is no text', hex: '83 06 07 82 1866 01', code: 'bad-value', offset: 6 },
    { name: 'a waiting time that is no number', hex: '83 07 07 f6', code: 'bad-value', offset: 3 },
    { name: 'a response without a locator', hex: '84 02 07 44c0000201 00', code: 'bad-length', offset: 0 },
    { name: 'an empty divert', hex: '85 02 07 44c0000201 00 81 1864', code: 'bad-length', offset: 0 },
    {
      name: 'an IPv6 locator of four octets',
      hex: '85 02 07 44c0000201 00 84 1867 44c0000202 06 01',
      code: 'bad-value',
      offset: 12,
    },
    {
      name: 'a locator over SCTP',
      hex: '85 02 07 44c0000201 00 84 1868 44c0000202 1884 01',
      code: 'bad-value',
      offset: 17,
    },
    {
      name: 'a port of 65536',
      hex: '85 02 07 44c0000201 00 84 1868 44c0000202 06 1a00010000',
      code: 'bad-value',
      offset: 18,
    },
    { name: 'octets behind the message', hex: '8100 00', code: 'trailing-octets', offset: 2 },
    {
      name: 'sixty arrays inside each other as a value',
      hex: `83 05 07 84 6161 02 06 ${'81'.repeat(60)}00`,
      code: 'bad-length',
      offset: 38,
    },
  ]
  for (const { name, hex, code, offset } of rows) {
    test(name, () => assert.throws(() => decodeMessage(fromHex(hex)), { name: 'DecodeError', code, offset }))
  }

  test('a message longer than the receiver takes (§2.5.3)', () => {
    const message = encodeMessage({
      type: 'synch',
      sessionId: 1,
      objective: { name: 'a', flags: 4, loopCount: 6, value: valueOctets('x'.repeat(2100)) },
    })
    assert.throws(() => decodeMessage(message, 2048), { code: 'bad-length' })
    assert.equal(decodeMessage(message).type, 'synch')
  })

  test('what our own callers give wrongly is a RangeError', () => {
    const objective: Objective = { name: 'a', flags: 4, loopCount: 256, value: valueOctets(1) }
    assert.throws(() => encodeMessage({ type: 'synch', sessionId: 1, objective }), RangeError)
    assert.throws(() => encodeMessage({ type: 'wait', sessionId: 2 ** 32, waitingTime: 0 }), RangeError)
    assert.throws(() => encodeMessage({ type: 'wait', sessionId: 1, waitingTime: -1 }), RangeError)
    const initiator = new Uint8Array(5)
    assert.throws(() => encodeMessage({ type: 'flood', sessionId: 1, initiator, ttl: 0, objectives: [] }), RangeError)
  })
})

const uint32 = fc.nat({ max: 0xffff_ffff })
const octets = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const plain = { noNullPrototype: true }
const protocol = fc.constantFrom(6 as const, 17 as const)
const port = fc.nat({ max: 65_535 })
const locator: fc.Arbitrary<Locator> = fc.oneof(
  fc.record({ type: fc.constant('ipv6' as const), address: octets(16), protocol, port }, plain),
  fc.record({ type: fc.constant('ipv4' as const), address: octets(4), protocol, port }, plain),
  fc.record({ type: fc.constant('fqdn' as const), name: fc.string(), protocol, port }, plain),
  fc.record(
    { type: fc.constant('uri' as const), uri: fc.string(), protocol: fc.option(protocol), port: fc.option(port) },
    plain,
  ),
)
const objective: fc.Arbitrary<Objective> = fc.record(
  {
    name: fc.string({ unit: 'grapheme' }),
    flags: fc.nat({ max: 255 }),
    loopCount: fc.nat({ max: 255 }),
    value: fc.jsonValue().map((value) => valueOctets(typeof value === 'object' ? JSON.stringify(value) : value)),
  },
  plain,
)
const head = { sessionId: uint32, initiator: fc.oneof(octets(4), octets(16)) }
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('discovery' as const), ...head, objective }, plain),
  fc.record(
    {
      type: fc.constant('response' as const),
      ...head,
      ttl: uint32,
      option: fc.constantFrom('locators' as const, 'divert' as const),
      locators: fc.array(locator, { minLength: 1, maxLength: 30 }),
      objective,
    },
    { ...plain, requiredKeys: ['type', 'sessionId', 'initiator', 'ttl', 'option', 'locators'] },
  ),
  fc.record(
    {
      type: fc.constant('flood' as const),
      ...head,
      ttl: uint32,
      objectives: fc.array(fc.record({ objective, locator }, { ...plain, requiredKeys: ['objective'] }), {
        minLength: 1,
        maxLength: 30,
      }),
    },
    plain,
  ),
  fc.record(
    { type: fc.constantFrom('request-negotiation' as const, 'negotiate' as const), sessionId: uint32, objective },
    plain,
  ),
)

describe('properties', () => {
  test('any message comes back as it went', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const sent = encodeMessage(message)
        assert.deepEqual(decodeMessage(sent), message)
        decodeCbor(sent)
      }),
      { numRuns: 150 },
    )
  })

  test('random octets throw nothing but DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 10 }), (any, type) => {
        try {
          decodeMessage(new Uint8Array([0x84, type, 7, ...any]))
        } catch (error) {
          assert.ok(error instanceof DecodeError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

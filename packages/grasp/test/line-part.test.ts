/** Parts of private lines: what is written is read again, what is too much is not, and a path has one hold and one steer. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CborValue, DecodeError } from '@vagus/wire'
import fc from 'fast-check'
import { objectiveOf, valueOctets, valueOf } from '../src/index.ts'
import {
  defaultLeaseConfig,
  type LeaseEvent,
  type Leases,
  lineMatter,
  type LineMeasured,
  type LineOffer,
  linePart,
  nextLeaseEnd,
  noLeases,
  stepLeases,
} from '../src/objectives/index.ts'
import { hold, lineOffer, steer } from './line.ts'

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const name = fc.string({ minLength: 1, maxLength: 15 })
const prefix = fc.string({ minLength: 1, maxLength: 43 })
const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const some = <Value>(one: fc.Arbitrary<Value>, maxLength: number) => fc.array(one, { minLength: 1, maxLength })
const anyHold = fc.record(
  {
    type: fc.constant('hold' as const),
    transmits: some(fc.record({ interface: name, towards: prefix, bitsPerSecond: count }), 8),
    end: fc.record({ locator: prefix, remote: prefix, interface: name }),
    insteadOf: fc.nat({ max: 65_535 }),
  },
  { requiredKeys: ['type', 'transmits'] },
)
const anySteer = fc.record({
  type: fc.constant('steer' as const),
  interface: name,
  from: some(prefix, 64),
  to: some(prefix, 64),
  remote: prefix,
})
const trip = fc.option(count, { nil: null })
const anyMeasured: fc.Arbitrary<LineMeasured> = fc.record(
  {
    sent: fc.array(fc.record({ octets: count, packets: count, dropped: count }), { maxLength: 8 }),
    probes: fc.record({ sent: count, lost: count, p50: trip, p99: trip }),
    steered: fc.boolean(),
    problem: name,
  },
  { requiredKeys: [] },
)
const anyOffer: fc.Arbitrary<LineOffer> = fc.record(
  {
    header: fc.record(
      {
        node: name,
        epoch: count,
        sequence: count,
        trace: fc.string({ minLength: 1, maxLength: 256, unit: 'binary-ascii' }),
      },
      { requiredKeys: ['node', 'epoch', 'sequence'] },
    ),
    planId: octets(16),
    number: fc.integer({ min: 1, max: 65_535 }),
    part: fc.oneof(anyHold, anySteer, fc.constant(null)),
    leaseMs: count,
    measured: anyMeasured,
  },
  { requiredKeys: ['header', 'planId', 'number', 'part', 'leaseMs'] },
)

const read = (value: CborValue): LineOffer =>
  valueOf(linePart, { ...objectiveOf(linePart, lineOffer()), value: valueOctets(value) })

describe('Line.Part', () => {
  test('any offer comes back as it went', () => {
    fc.assert(
      fc.property(anyOffer, (offer) => {
        assert.deepEqual(valueOf(linePart, objectiveOf(linePart, offer)), structuredClone(offer))
      }),
    )
  })

  test('golden: what releases path 7', () => {
    const offer = lineOffer({ header: { node: 'c', epoch: 1, sequence: 2 }, part: null })
    const octets = `a5 00 a4 0001 016163 0201 0302 01 50 ${'01'.repeat(16)} 0207 03f6 041a000927c0`.replaceAll(' ', '')
    assert.equal(Buffer.from(objectiveOf(linePart, offer).value!).toString('hex'), octets)
  })

  test('the largest parts fit a message of 16,384 octets', () => {
    const long = Array.from({ length: 64 }, () => 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/128')
    const offer = lineOffer({ part: { ...steer, from: long, to: long } })
    assert.ok(objectiveOf(linePart, offer).value!.length < linePart.maxSize! - 512)
  })

  for (const [what, part, message] of [
    ['nine transmits', { ...hold, transmits: Array.from({ length: 9 }, () => hold.transmits[0]!) }, /at most 8/],
    ['a hold of nothing', { ...hold, transmits: [] }, /at least one transmit/],
    ['65 prefixes', { ...steer, to: Array.from({ length: 65 }, () => '10.2.0.0/16') }, /at most 64/],
    ['a steer of nothing', { ...steer, from: [] }, /must have prefixes/],
    ['an interface without a name', { ...steer, interface: '' }, /1\.\.64/],
    ['a rate below zero', { ...hold, transmits: [{ ...hold.transmits[0]!, bitsPerSecond: -1 }] }, /the rate/],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.throws(() => read(linePart.codec.encode(lineOffer({ part }))), { name: 'DecodeError', message })
    })
  }

  test('refuses a path of number 0, a part of another type, and what is not true or false', () => {
    const altered = (key: number, entry: CborValue): CborValue =>
      new Map(linePart.codec.encode(lineOffer()) as ReadonlyMap<CborValue, CborValue>).set(key, entry)
    assert.throws(() => read(altered(2, 0)), /1\.\.65535/)
    assert.throws(() => read(altered(3, new Map([[0, 2]]))), /0\.\.1/)
    assert.throws(() => read(altered(5, new Map([[2, 1]]))), /true or false/)
    assert.throws(() => read(altered(-1, 1)), /critical key -1/)
  })

  test('mutated octets are read or refused with a DecodeError, and what is read can be written', () => {
    const any = fc.tuple(anyOffer, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }))
    const seen = { read: 0, refused: 0 }
    fc.assert(
      fc.property(any, ([offer, changes]) => {
        const objective = objectiveOf(linePart, offer)
        const value = Uint8Array.from(objective.value!)
        for (const [at, octet] of changes) value[at % value.length] = octet
        try {
          const again = valueOf(linePart, { ...objective, value })
          objectiveOf(linePart, again)
          seen.read++
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error))
          seen.refused++
        }
      }),
      { numRuns: 1000 },
    )
    assert.ok(seen.read > 10 && seen.refused > 10, JSON.stringify(seen))
  })
})

describe('leases of lines', () => {
  const now = 1_700_000_000_000
  const config = { ...defaultLeaseConfig, holdMs: 0 }
  const ask = (leases: Parameters<typeof stepLeases<LineOffer>>[0], offer: LineOffer) =>
    stepLeases(leases, { type: 'asked', run: 'live', offer, from: 'a', now }, config, lineMatter)
  const word = ([, [effect]]: ReturnType<typeof ask>): string =>
    effect?.type === 'decline' ? `${effect.code} ${effect.problem}` : effect?.type === 'go-on' ? effect.purpose : ''

  test('a path has one hold and one steer, each of a plan of its own', () => {
    const plan = (octet: number) => ({ planId: new Uint8Array(16).fill(octet) })
    const [held] = ask(noLeases, lineOffer(plan(1)))
    assert.equal(word(ask(held, lineOffer({ ...plan(2), part: steer }))), 'prepare')
    assert.equal(word(ask(held, lineOffer({ ...plan(2), number: 8 }))), 'prepare')
    assert.equal(word(ask(held, lineOffer(plan(2)))), 'BUSY the hold of path 7 is in another lease there')
  })

  test('a part does not change while its lease lasts, and is released by its number', () => {
    const first = lineOffer()
    const [held] = ask(noLeases, first)
    const [applied] = stepLeases(held, { type: 'agreed', purpose: 'prepare', offer: first, now }, config, lineMatter)
    assert.equal(word(ask(applied, lineOffer())), 'confirm')
    const more = { ...hold, transmits: [{ ...hold.transmits[0]!, bitsPerSecond: 1e9 }] }
    assert.equal(word(ask(applied, lineOffer({ part: more }))), 'UNTRUSTED another part was agreed on')
    assert.equal(word(ask(applied, lineOffer({ part: null, number: 8 }))), 'UNTRUSTED the plan is of another path')
    assert.equal(word(ask(applied, lineOffer({ part: null }))), 'release')
  })
  test('a confirmation says how long from now', () => {
    const first = lineOffer()
    const step = (leases: Leases<LineOffer>, event: LeaseEvent<LineOffer>, at: number) =>
      stepLeases(leases, { ...event, now: at }, config, lineMatter)[0]
    const held = ask(noLeases, first)[0]
    const applied = step(held, { type: 'agreed', purpose: 'prepare', offer: first }, now)
    const longer = lineOffer({ leaseMs: 3_600_000 })
    const confirmed = step(applied, { type: 'agreed', purpose: 'confirm', offer: longer }, now + 1000)
    const shorter = lineOffer({ leaseMs: 5000 })
    const again = step(confirmed, { type: 'agreed', purpose: 'confirm', offer: shorter }, now + 2000)
    assert.deepEqual(
      [applied, confirmed, again].map((one) => nextLeaseEnd(one)! - now),
      [config.confirmMs, 3_601_000, 7000],
    )
  })
})

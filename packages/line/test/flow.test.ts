import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Flow, flowProblem, isContested, partsOf, quote } from '../src/index.ts'
import { diamond, epoch, hour } from './networks.ts'

const sites = { from: 'east', to: 'west' }
const flow: Flow = { from: ['10.101.0.5/32'], to: ['10.119.4.0/24'] }
const wish = { ...sites, start: epoch, end: epoch + hour }

describe('a flow', () => {
  test('is all that both ends of a path steer, each from its own side', () => {
    const found = quote({ ...wish, bitsPerSecond: 1e6 }, diamond(), [])
    assert.ok(found.type === 'possible')
    const { holds, steers } = partsOf(found.path, diamond(), { number: 7, bitsPerSecond: 1e6, flow })
    const whole = partsOf(found.path, diamond(), { number: 7, bitsPerSecond: 1e6 })
    assert.deepEqual(holds, whole.holds)
    assert.deepEqual(
      steers.map(({ node, part }) => [node, part.interface, part.from, part.to]),
      [
        ['R1', 'to-east', flow.from, flow.to],
        ['R4', 'to-west', flow.to, flow.from],
      ],
    )
  })

  test('is within the prefixes of its sites, written as routers print it, of one IP version at least', () => {
    const { attachments } = diamond()
    const rows = [
      [flow, undefined],
      [{ ...flow, from: ['10.119.0.1/32'] }, '10.119.0.1/32 is within no prefix of east'],
      [{ ...flow, to: ['0.0.0.0/0'] }, '0.0.0.0/0 is within no prefix of west'],
      [{ ...flow, to: ['10.119.04.0/24'] }, /^"10.119.04.0(\/24)?" /],
      [{ ...flow, to: ['10.119.4.1/24'] }, /the prefix is 10\.119\.4\.0\/24/],
      [{ ...flow, to: ['nowhere'] }, /is not a prefix/],
    ] as const
    for (const [one, problem] of rows) {
      const found = flowProblem(one, sites, attachments)
      if (problem instanceof RegExp) assert.match(found!, problem)
      else assert.equal(found, problem)
    }
    const both = attachments.map((one) => ({ ...one, prefixes: [...one.prefixes, '2001:db8::/32'] }))
    const mixed = { from: ['10.101.0.5/32'], to: ['2001:db8::1/128'] }
    assert.equal(flowProblem(mixed, sites, both), 'no prefix of "from" has the IP version of one of "to"')
    // That the site is nowhere is said where the path is looked for.
    assert.equal(flowProblem(flow, { ...sites, from: 'south' }, attachments), undefined)
  })
})

describe('two lines', () => {
  const turned = { ...wish, from: 'west', to: 'east' }
  const other: Flow = { ...flow, to: ['10.119.5.0/24'] }

  test('are contested where some packet would be of both at some time', () => {
    const one = { ...wish, flow }
    assert.ok(isContested(one, one))
    assert.ok(isContested(one, { ...wish, flow: { ...flow, to: ['10.119.4.9/32'] } }))
    assert.ok(isContested(one, { ...turned, flow: { from: flow.to, to: flow.from } }))
    assert.ok(isContested(one, wish))
    assert.ok(isContested(one, turned))
    assert.ok(!isContested(one, { ...wish, flow: other }))
    assert.ok(!isContested(one, { ...turned, flow }))
    assert.ok(!isContested(one, { ...wish, to: 'south' }))
    assert.ok(!isContested(one, { ...one, start: wish.end, end: wish.end + hour }))
    assert.ok(!isContested(wish, wish)) // the newer one has all of it
  })

  test('are contested the same, whoever is asked first', () => {
    const prefix = fc
      .tuple(fc.constantFrom('10.101', '10.119'), fc.nat(3), fc.constantFrom(16, 22, 24, 32))
      .map(([site, net, length]) => `${site}.${length > 22 ? net : 0}.0/${length}`)
    const side = fc.array(prefix, { minLength: 1, maxLength: 3 })
    const line = fc.record({
      from: fc.constantFrom('east', 'west'),
      to: fc.constantFrom('east', 'west'),
      flow: fc.option(fc.record({ from: side, to: side }), { nil: undefined }),
      start: fc.nat(3),
      end: fc.integer({ min: 4, max: 8 }),
    })
    fc.assert(
      fc.property(line, line, ({ flow: a, ...one }, { flow: b, ...two }) => {
        const [first, second] = [
          a === undefined ? one : { ...one, flow: a },
          b === undefined ? two : { ...two, flow: b },
        ]
        assert.equal(isContested(first, second), isContested(second, first))
      }),
    )
  })
})

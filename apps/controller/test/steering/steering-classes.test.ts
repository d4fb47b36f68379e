import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { steeringOwner } from '@vagus/api/steering'
import fc from 'fast-check'
import { type ClassInForce, type ClassPlace, classesFor, steeredTo } from '../../src/steering/steering-classes.ts'

const prefix = '10.1.0.0/16'
const links = ['tr-1', 'tr-2', 'tr-3'].map((link, index) => ({ link, device: `pe-${index + 1}`, interface: 'eth0' }))
/** The class on each of the links, undefined for none. */
const inForce = (classes: readonly (number | undefined)[], owner: string = steeringOwner): readonly ClassInForce[] =>
  classes.flatMap((number, index) => {
    const { device } = links[index]!
    return number === undefined ? [] : [{ owner, prefix, device, interface: 'eth0', class: number }]
  })
const drawn = (...classes: readonly (number | undefined)[]) => steeredTo(prefix, links, inForce(classes))

describe('classes in force', () => {
  test('draw a prefix to the link without one when all others have one', () => {
    assert.equal(drawn(4, undefined, 4), 1)
    assert.equal(drawn(undefined, 6, 4), 0)
  })
  test('draw it nowhere when another link has none, and so its usual MED', () => {
    assert.equal(drawn(undefined, 4, undefined), undefined)
    assert.equal(drawn(), undefined)
    assert.equal(drawn(1, undefined, undefined), undefined)
  })
  test('draw it to the lowest MED of several, and nowhere where two are lowest', () => {
    assert.equal(drawn(4, 2, 5), 1)
    assert.equal(drawn(2, 2, 5), undefined)
  })
  test('that prepend are worse than any MED (RFC 4271 §9.1.2.2)', () => {
    assert.equal(drawn(7, 6, 8), 1)
    assert.equal(drawn(7, undefined, 7), 1)
  })
  test('draw past a link that is down, whose agent takes none, and to none where only one is left', () => {
    const [first, second, third] = links as [ClassPlace, ClassPlace, ClassPlace]
    const partly = [first, second, { ...third, isDown: true as const }]
    assert.equal(steeredTo(prefix, partly, inForce([4, undefined, undefined])), 1)
    assert.equal(steeredTo(prefix, partly, []), undefined)
    assert.equal(steeredTo(prefix, partly, inForce([4, 4, undefined])), undefined)
    assert.equal(steeredTo(prefix, [{ ...first, isDown: true as const }, second], inForce([4])), undefined)
    assert.deepEqual(
      classesFor([{ prefix, to: 'tr-2' }], partly, []).map(({ link }) => link),
      ['tr-1'],
    )
  })
  test('of numbers that are not known here draw nothing anywhere', () => {
    assert.equal(drawn(99, undefined, 99), undefined)
  })
  test('of another prefix, device or interface do not count', () => {
    for (const other of [{ prefix: '10.1.0.0/17' }, { device: 'pe-9' }, { interface: 'eth1' }]) {
      const [first, ...rest] = inForce([4, undefined, 4])
      assert.equal(steeredTo(prefix, links, [{ ...first!, ...other }, ...rest]), undefined)
    }
  })
  test('count by the newest of one place', () => {
    const renewed = [...inForce([4, undefined, 4]), ...inForce([undefined, 5])]
    assert.equal(steeredTo(prefix, links, renewed), undefined)
  })
})

describe('a move', () => {
  test('asks for MED 200 on every other link', () => {
    assert.deepEqual(classesFor([{ prefix, to: 'tr-2' }], links, []), [
      { prefix, device: 'pe-1', interface: 'eth0', link: 'tr-1', class: 4 },
      { prefix, device: 'pe-3', interface: 'eth0', link: 'tr-3', class: 4 },
    ])
  })
  test('ends the class of an earlier proposal on its link, and nobody else’s', () => {
    const ended = (owner: string) =>
      classesFor([{ prefix, to: 'tr-2' }], links, inForce([undefined, 4], owner)).filter((one) => one.class === null)
    assert.deepEqual(ended(steeringOwner), [{ prefix, device: 'pe-2', interface: 'eth0', link: 'tr-2', class: null }])
    assert.deepEqual(ended('noc'), [])
  })
  test('to a link that is no longer there asks for nothing', () => {
    assert.deepEqual(classesFor([{ prefix, to: 'tr-9' }], links, []), [])
  })
  test('whose classes are in force draws its prefix to its link, whatever was steered before', () => {
    const place = fc.nat(links.length - 1)
    fc.assert(
      fc.property(fc.option(place), place, (before, to) => {
        const earlier = before === null ? [] : applied([], before)
        assert.equal(steeredTo(prefix, links, applied(earlier, to)), to)
      }),
    )
  })
})

/** What is in force once an operator has approved a move to the link. */
function applied(before: readonly ClassInForce[], to: number): readonly ClassInForce[] {
  const asked = classesFor([{ prefix, to: links[to]!.link }], links, before)
  const isAsked = ({ device }: ClassInForce): boolean => asked.some((one) => one.device === device)
  return [
    ...before.filter((one) => !isAsked(one)),
    ...asked.flatMap(({ device, interface: name, class: number }) =>
      number === null ? [] : [{ owner: steeringOwner, prefix, device, interface: name, class: number }],
    ),
  ]
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Advisor, type Proposal } from '../src/index.ts'
import { Mbit, PlayedBorder } from './border.ts'

const [north, south, west] = [0, 1, 2]
const pinned = '10.0.3.0/24'

/** Three links of 100 Mbit/s; `pinned` makes the first one hot. */
function hotBorder(): PlayedBorder {
  const border = new PlayedBorder({ north: 100 * Mbit, south: 100 * Mbit, west: 100 * Mbit })
  for (let number = 0; number < 10; number++) {
    border.add(`10.0.${number}.0/24`, (number === 3 ? 40 : 5) * Mbit, north)
    border.add(`10.1.${number}.0/24`, 3 * Mbit, south)
    border.add(`10.2.${number}.0/24`, 2 * Mbit, west)
  }
  return border
}
const pin = (...links: number[]) => ({ links, by: 'the intent keep-dns' })
/** The proposal that the border has after some steps; undefined: none. */
const proposed = (border: PlayedBorder, advisor = new Advisor()): Proposal | undefined =>
  border.play(advisor, 8).proposals[0]

describe('what intents of the operator bind', () => {
  test('a pinned prefix stays, others move in its place, and the proposal says why', () => {
    const border = hotBorder()
    assert.ok(proposed(border)!.moves.some(({ prefix }) => prefix === pinned))
    border.prefixes.get(pinned)!.pin = pin(north)
    const { moves, rejected } = proposed(border)!
    assert.ok(moves.length > 0 && moves.every(({ prefix }) => prefix !== pinned))
    const said = rejected.find(({ move }) => move.prefix === pinned)!
    assert.match(said.because, /^the intent keep-dns keeps it off (south|west)$/)
  })

  test('a prefix that may enter over two links moves to the other one only', () => {
    const border = hotBorder()
    border.prefixes.get(pinned)!.pin = pin(north, west)
    const move = proposed(border)!.moves.find(({ prefix }) => prefix === pinned)
    assert.equal(move?.to, 'west')
  })

  test('an open proposal is outdated by a pin that bars one of its moves', () => {
    const border = hotBorder()
    const advisor = new Advisor()
    const open = proposed(border, advisor)!
    border.prefixes.get(open.moves[0]!.prefix)!.pin = pin(north)
    let last: Proposal | undefined
    for (let step = 0; step < 4 && last?.state !== 'outdated'; step++)
      last = border.play(advisor).proposals.find(({ number }) => number === open.number) ?? last
    assert.equal(last?.state, 'outdated')
  })

  test('a ceiling is the threshold where the own one is higher, and is told as its basis', () => {
    const border = hotBorder()
    border.prefixes.get(pinned)!.demand = 0
    border.ceilings.set(north, 40 * Mbit)
    border.ceilings.set(south, 95 * Mbit)
    const { links, proposals } = border.play(new Advisor(), 8)
    assert.deepEqual(
      links.map(({ threshold, basis }) => [threshold, basis]),
      [
        [40 * Mbit, 'intent'],
        [80 * Mbit, 'usual'],
        [80 * Mbit, 'usual'],
      ],
    )
    const [{ because, expected }] = proposals as [Proposal]
    assert.deepEqual(
      because.map(({ name, basis }) => [name, basis]),
      [['north', 'intent']],
    )
    assert.ok(expected[north]!.after < 40 * Mbit)
  })

  test('no traffic is moved above a ceiling', () => {
    const border = hotBorder()
    border.ceilings.set(south, 35 * Mbit)
    border.ceilings.set(west, 45 * Mbit)
    const proposal = proposed(border)
    for (const { link, before, after } of proposal?.expected ?? [])
      if (link !== 'north') assert.ok(after <= before || after < (link === 'south' ? 35 : 45) * Mbit, link)
  })

  test('no proposal ever moves a prefix where an intent does not let it', () => {
    const links = fc.subarray([north, south, west])
    const pins = fc.array(fc.tuple(fc.nat(9), links), { maxLength: 12 })
    const demands = fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 60 })), { maxLength: 6 })
    fc.assert(
      fc.property(pins, demands, fc.integer({ min: 20, max: 100 }), (pins, demands, ceiling) => {
        const border = hotBorder()
        const bound = new Map(pins.map(([number, links]) => [`10.0.${number}.0/24`, links]))
        for (const [prefix, links] of bound) border.prefixes.get(prefix)!.pin = pin(...links)
        for (const [number, demand] of demands) border.prefixes.get(`10.0.${number}.0/24`)!.demand = demand * Mbit
        border.ceilings.set(south, ceiling * Mbit)
        const advisor = new Advisor()
        for (let step = 0; step < 6; step++)
          for (const { moves } of border.play(advisor).proposals)
            for (const { prefix, to } of moves)
              assert.ok(bound.get(prefix)?.includes(border.names.indexOf(to)) ?? true, `${prefix} to ${to}`)
      }),
      { numRuns: 60 },
    )
  })
})

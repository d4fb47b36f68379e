/** What a controller may ask a router for, and what the kernel is to have for it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LineHold, LineOffer, LineSteer } from '@vagus/grasp/objectives'
import { hold, lineOffer, steer } from '../../../../packages/grasp/test/line.ts'
import { boundsProblem, isContested, linesAllowed } from '../../src/lines/line-bounds.ts'
import { roomProblem, shortHolds, steerProblem } from '../../src/lines/line-checks.ts'
import { blockOf, isProbeAddress, locatorProblem } from '../../src/lines/locator.ts'
import type { PathState } from '../../src/lines/path-watch.ts'
import { keptAt, wantedOf, withAlternative } from '../../src/lines/wanted.ts'

const allowed = linesAllowed({
  block: 'fd00:C::/32',
  links: ['eth1', 'eth2'],
  share: 0.9,
  sites: ['10.0.0.0/14', '2001:DB8::/32'],
})
const [transmit] = hold.transmits
const said = (more: Partial<LineOffer>): string => {
  const problem = boundsProblem(lineOffer(more), allowed)
  return problem === undefined ? '' : `${problem.code} ${problem.problem}`
}

describe('the bounds of a router', () => {
  test('take a hold, a steer, and what releases', () => {
    assert.deepEqual([said({}), said({ part: steer }), said({ part: null, leaseMs: 0 })], ['', '', ''])
  })

  const holdOf = (more: Partial<LineHold>) => ({ part: { ...hold, ...more } })
  const rows: readonly (readonly [string, Partial<LineOffer>, RegExp])[] = [
    [
      'a link that is not for lines',
      holdOf({ transmits: [{ ...transmit!, interface: 'eth3' }] }),
      /eth3 is none of the links/,
    ],
    [
      'another block',
      holdOf({ transmits: [{ ...transmit!, towards: 'fd00:d:4:7::/64' }] }),
      /no locator within fd00:c::\/32/,
    ],
    ['another path', { number: 8 }, /is of path 7, not of path 8/],
    ['a path without a class', { number: 65_520 }, /at most 65519/],
    ['another spelling', holdOf({ transmits: [{ ...transmit!, towards: 'fd00:c:4:7:0::/64' }] }), /no locator/],
    ['the same link twice', holdOf({ transmits: [transmit!, transmit!] }), /leaves twice over eth1/],
    ['no rate', holdOf({ transmits: [{ ...transmit!, bitsPerSecond: 7999 }] }), /8000\.\.1000000000000/],
    ['an end at a link', holdOf({ end: { ...hold.end!, interface: 'eth2' } }), /eth2 is a link for lines/],
    [
      'an end of two',
      holdOf({ transmits: [transmit!, { ...transmit!, interface: 'eth2' }] }),
      /sends towards .* alone/,
    ],
    ['a path that takes over itself', holdOf({ insteadOf: 7 }), /cannot take over itself/],
    ['a site at a link', { part: { ...steer, interface: 'eth1' } }, /eth1 is a link for lines/],
    ['words for a name', { part: { ...steer, interface: 'eth3 table 1' } }, /a name such as eth1/],
    ['everything', { part: { ...steer, to: ['0.0.0.0/0'] } }, /is everything/],
    [
      'a destination of nobody here',
      { part: { ...steer, to: ['10.4.0.0/16'] } },
      /10\.4\.0\.0\/16 is within no prefix of sites/,
    ],
    ['more than a site', { part: { ...steer, from: ['10.0.0.0/8'] } }, /10\.0\.0\.0\/8 is within no prefix of sites/],
    ['host bits', { part: { ...steer, from: ['10.1.0.1/16'] } }, /must be a prefix as routers print it/],
    ['the block itself', { part: { ...steer, to: ['fd00:c:4::/48'] } }, /within the block/],
    ['two IP versions', { part: { ...steer, from: ['10.1.0.0/16'], to: ['2001:db8::/32'] } }, /has the IP version/],
    ['a lease of a year', { leaseMs: 365 * 86_400_000 }, /a lease of 31536000000 ms/],
  ]
  for (const [what, more, problem] of rows)
    test(`decline ${what}`, () => {
      assert.match(said(more), problem)
      assert.match(said(more), /^POLICY /)
    })

  test('of an operator who is wrong say what would be right', () => {
    for (const [more, message] of [
      [{ block: 'fd00::/16' }, /of 32 bits, such as fd00:c::\/32/],
      [{ links: [] }, /1\.\.64 interfaces/],
      [{ links: ['a b'] }, /a name such as eth1/],
      [{ share: 0.96 }, /0\.\.0\.95/],
      [{ share: NaN }, /0\.\.0\.95/],
      [{ sites: [] }, /1\.\.1000 prefixes/],
      [{ sites: ['::/0'] }, /prefixes such as .*, got "::\/0"/],
      [{ sites: ['dc-east'] }, /prefixes such as .*, got "dc-east"/],
    ] as const)
      assert.throws(() => linesAllowed({ ...allowed, ...more }), { name: 'RangeError', message })
  })

  test('know a locator and the address that answers probes', () => {
    const block = blockOf('fd00:c::/32')
    assert.equal(locatorProblem('fd00:c:4:7::/64', 7, block), undefined)
    assert.match(locatorProblem('fd00:c:0:7::/64', 7, block)!, /of no node/)
    assert.deepEqual(
      ['fd00:c:4:7::a', 'fd00:c:4:7::b', 'fd00:d:4:7::a', '::1', 'x'].map((one) => isProbeAddress(one, block)),
      [true, false, false, false, false],
    )
  })
})

describe('what the kernel is to have', () => {
  const answers = (): PathState => 'answers'
  const plan = (octet: number) => ({ planId: new Uint8Array(16).fill(octet) })
  const path = (number: number, octet: number): readonly LineOffer[] => {
    const at = (text: string) => text.replace(':7::', `:${number.toString(16)}::`)
    const moved: LineHold = {
      ...hold,
      transmits: [{ ...transmit!, towards: at(transmit!.towards) }],
      end: { ...hold.end!, locator: at(hold.end!.locator), remote: at(hold.end!.remote) },
    }
    return [
      lineOffer({ number, part: moved, ...plan(octet) }),
      lineOffer({ number, part: { ...steer, remote: at(steer.remote) }, ...plan(octet + 1) }),
    ]
  }

  test('of a line that moves, the newer path has the packets; without it, the older again', () => {
    const [old, next] = [path(7, 1), path(11, 3)]
    const tables = (offers: readonly LineOffer[]) => [
      ...new Set(
        wantedOf(offers, allowed.block, answers)
          .rules.filter(({ type }) => type === 'from')
          .map(({ table }) => table),
      ),
    ]
    assert.deepEqual([tables(old), tables([...old, ...next]), tables(next)], [[20_007], [20_011], [20_011]])
    assert.equal(wantedOf([...old, ...next], allowed.block, answers).classes.get('eth1')?.length, 2)
  })

  test('of a line that is protected, the path that answers has the packets, the one that it goes over first', () => {
    const standbyOf = ([held, steered]: readonly LineOffer[]): readonly LineOffer[] => [
      held!,
      { ...steered!, part: { ...(steered!.part as LineSteer), standby: true } },
    ]
    const [working, next] = [path(7, 1), path(13, 7)]
    const [protecting, spare] = [standbyOf(path(11, 3)), standbyOf(path(12, 5))]
    const tableOf = (offers: readonly LineOffer[], states: Readonly<Record<number, PathState>>) => [
      ...new Set(
        wantedOf(offers, allowed.block, (number) => states[number] ?? 'answers')
          .rules.filter(({ type }) => type === 'from')
          .map(({ table }) => table - 20_000),
      ),
    ]
    const both = [...working, ...protecting]
    assert.deepEqual(tableOf(both, {}), [7])
    assert.deepEqual(tableOf(both, { 7: 'silent' }), [11])
    assert.deepEqual(tableOf(both, { 7: 'away' }), [11])
    // The agent of the other end is gone: nothing is wrong with either path.
    assert.deepEqual(tableOf(both, { 7: 'silent', 11: 'silent' }), [7])
    assert.deepEqual(tableOf(both, { 7: 'away', 11: 'silent' }), [11])
    assert.deepEqual(tableOf(both, { 7: 'away', 11: 'away' }), [])
    assert.deepEqual(tableOf([...protecting, ...spare], {}), [11], 'the path is gone, and has a new one beside it')
    assert.deepEqual(tableOf([...both, ...next], {}), [13], 'a line that is moved')
    assert.deepEqual([...withAlternative(both)].sort((one, other) => one - other), [7, 11])
    assert.deepEqual([...withAlternative(working)], [])
  })

  test('into a path that does not answer nothing leads, but the path stays', () => {
    const offers = path(7, 1)
    const away = wantedOf(offers, allowed.block, () => 'away')
    assert.deepEqual(
      [away.rules.filter(({ type }) => type === 'from').length, away.routes.length],
      [0, wantedOf(offers, allowed.block, answers).routes.length],
    )
  })

  test('a steer without its hold is nothing', () => {
    const without = wantedOf([], allowed.block, answers)
    assert.deepEqual(wantedOf([path(7, 1)[1]!], allowed.block, answers), without)
  })

  test('what is for a path that is not there is refused, whatever else the router has', () => {
    const { routes, rules } = wantedOf([], allowed.block, answers)
    assert.deepEqual(rules, [{ type: 'to', to: 'fd00:c::/32', table: 20_000 }])
    assert.deepEqual(
      routes.map(({ to, table, how }) => [to, table, how.type]),
      [['fd00:c::/32', 20_000, 'unreachable']],
    )
  })

  test('a path that takes over another is counted once on the link that both need, and the larger rate of both', () => {
    const rate = (number: number, bitsPerSecond: number, insteadOf?: number) => ({
      number,
      part: {
        ...hold,
        transmits: [{ ...transmit!, bitsPerSecond }],
        ...(insteadOf === undefined ? {} : { insteadOf }),
      },
    })
    assert.equal(keptAt('eth1', [rate(1, 10), rate(2, 5)]), 15)
    assert.equal(keptAt('eth1', [rate(1, 10), rate(2, 5, 1)]), 10)
    assert.equal(keptAt('eth1', [rate(1, 10), rate(2, 15, 1)]), 15)
    assert.equal(keptAt('eth1', [rate(2, 15, 1)]), 15)
    assert.equal(keptAt('eth1', [rate(1, 10), rate(2, 10, 1), rate(3, 10, 1)]), 20, 'a path is taken over once')
    assert.equal(keptAt('eth1', [rate(1, 10, 2), rate(2, 10, 1)]), 10, 'only an older path is taken over')
    assert.equal(keptAt('eth1', [rate(1, 10), rate(2, 10, 1), rate(3, 10, 2)]), 10, 'one after the other')
    assert.equal(keptAt('eth2', [rate(2, 15, 1)]), 0)
  })

  test('a rate that does not fit is declined with what is free', () => {
    const held = [lineOffer({ number: 6 })]
    const problem = roomProblem(lineOffer(), hold, held, new Map([['eth1', 42_000_000]]))
    assert.equal(problem?.problem, '20.7 of 42 Mbit/s are free for lines on eth1; 21.3 are asked for')
    assert.equal(roomProblem(lineOffer(), hold, held, new Map([['eth1', 42_600_000]])), undefined)
  })

  test('of a link that carries less than before, the newest holds are short, and older ones that fit are not', () => {
    const of = (octet: number, bitsPerSecond: number) =>
      lineOffer({ number: octet, part: { ...hold, transmits: [{ ...transmit!, bitsPerSecond }] }, ...plan(octet) })
    const held = [of(1, 10e6), of(2, 20e6), of(3, 5e6), lineOffer({ part: steer, ...plan(4) })]
    const short = (room: number) => [...shortHolds(held, new Map([['eth1', room]])).keys()].map((key) => Number(key[0]))
    assert.deepEqual([short(35e6), short(34e6), short(16e6), short(1e6)], [[], [3], [2], [1, 2, 3]])
    assert.deepEqual([...shortHolds(held, new Map()).keys()], [], 'where nobody says what the link carries')
    assert.match([...shortHolds(held, new Map([['eth1', 34e6]])).values()][0]!, /^eth1 has 34 Mbit\/s for lines now/)
  })

  test('a steer needs its end, and prefixes that no other path has', () => {
    const [held, led] = path(7, 1)
    const of = (number: number, part: LineSteer, inForce: readonly LineOffer[]) =>
      steerProblem(number, part, inForce)?.code
    assert.equal(of(7, steer, []), 'RESOURCE')
    assert.equal(of(7, steer, [held!]), undefined)
    assert.equal(of(7, { ...steer, interface: 'eth4' }, [held!]), 'POLICY')
    const [next, nextSteer] = path(11, 3)
    const moved = nextSteer!.part as LineSteer
    assert.equal(of(11, moved, [held!, led!, next!]), undefined)
    assert.equal(of(11, { ...moved, to: ['10.2.8.0/24'] }, [held!, led!, next!]), 'BUSY')
    assert.equal(isContested(steer, { ...steer, from: ['10.9.0.0/16'] }), false)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Booking, bookingsOf, pathText, quote, type LineWish, wireRate } from '../src/index.ts'
import { attachmentAt, diamond, epoch, hour, linkBetween, networkOf, second } from './networks.ts'

const wish: LineWish = { from: 'east', to: 'west', bitsPerSecond: 50e6, start: epoch, end: epoch + hour }

function booked(line: string, changes: Partial<LineWish>, network = diamond()): readonly Booking[] {
  const found = quote({ ...wish, ...changes }, network, [])
  assert.equal(found.type, 'possible')
  const { bitsPerSecond, start, end } = { ...wish, ...changes }
  return bookingsOf(found.path, { line, bitsPerSecond, from: start, until: end })
}

/** The nodes of the path, or why there is none. */
function answer(
  changes: Partial<LineWish>,
  bookings: readonly Booking[] = [],
  network = diamond(),
  own?: string,
): string {
  const found = quote({ ...wish, ...changes }, network, bookings, own)
  return found.type === 'possible' ? pathText(found.path) : found.because
}

function alternative(changes: Partial<LineWish>, bookings: readonly Booking[] = [], network = diamond()) {
  const found = quote({ ...wish, ...changes }, network, bookings)
  assert.equal(found.type, 'refused')
  return found.alternative
}

describe('a quote', () => {
  test('goes over the fewest hops, then the least delay', () => {
    assert.equal(answer({}), 'R1 – R2 – R4')
    assert.equal(answer({ from: 'west', to: 'east' }), 'R4 – R2 – R1')
    const direct = networkOf([...diamond().links, linkBetween('R1', 'R4', { delayMs: 50 })], diamond().attachments)
    assert.equal(answer({}, [], direct), 'R1 – R4')
    assert.equal(answer({ maxDelayMs: 10 }, [], direct), 'R1 – R2 – R4')
  })

  test('takes the way that has room, for both directions and with the outer header', () => {
    const one = booked('one', {})
    assert.equal(answer({}, one), 'R1 – R3 – R4')
    assert.equal(answer({ from: 'west', to: 'east' }, one), 'R4 – R3 – R1')
    const rest = 0.9 * 100e6 - wireRate(50e6)
    const fits = Math.floor((rest * 1200) / 1278)
    assert.equal(answer({ bitsPerSecond: fits }, one), 'R1 – R2 – R4')
    assert.equal(answer({ bitsPerSecond: fits + 1 }, one), 'R1 – R3 – R4')
  })

  test('lets lines touch that do not overlap by a millisecond', () => {
    const one = booked('one', { start: epoch + hour, end: epoch + 2 * hour })
    assert.equal(answer({}, one), 'R1 – R2 – R4')
    assert.equal(answer({ end: epoch + hour + 1 }, one), 'R1 – R3 – R4')
    assert.equal(answer({ start: epoch + 2 * hour, end: epoch + 3 * hour }, one), 'R1 – R2 – R4')
    assert.equal(answer({ start: epoch + 2 * hour - 1, end: epoch + 3 * hour }, one), 'R1 – R3 – R4')
  })

  test('counts what a line has itself once', () => {
    assert.equal(answer({ bitsPerSecond: 80e6, avoid: ['R3'] }, booked('one', {}), diamond(), 'one'), 'R1 – R2 – R4')
  })

  test('avoids links and nodes by name, links that are down and agents that are away', () => {
    assert.equal(answer({ avoid: ['R2'] }), 'R1 – R3 – R4')
    assert.equal(answer({ avoid: ['R2-R4'] }), 'R1 – R3 – R4')
    const [first, ...rest] = diamond().links
    assert.equal(answer({}, [], diamond({ links: [{ ...first!, isUp: false }, ...rest] })), 'R1 – R3 – R4')
    const nodes = diamond().nodes.map((node) => (node.name === 'R2' ? { ...node, problem: 'its agent is away' } : node))
    assert.equal(answer({}, [], diamond({ nodes })), 'R1 – R3 – R4')
  })

  test('tells the best paths, each with what is free and what speaks against it', () => {
    const found = quote({ ...wish, avoid: ['R2'], maxDelayMs: 3 }, diamond(), booked('one', {}))
    assert.equal(found.type, 'refused')
    const told = found.considered.map(({ path, free, problem }) => [pathText(path), free, problem])
    assert.deepEqual(told, [
      ['R1 – R2 – R4', 36.75e6, 'R2 is to be avoided'],
      ['R1 – R3 – R4', 90e6, 'it takes 4 ms, and at most 3 ms are asked for'],
    ])
    const all = 'every path from east to west has something against a line of 50 Mbit/s (53.3 Mbit/s on the wire)'
    assert.equal(found.because, `${all}; of the best (R1 – R2 – R4): R2 is to be avoided`)
  })

  test('promises no delay over a link whose delay nobody knows', () => {
    const links = diamond().links.map(({ delayMs, ...link }) =>
      link.name === 'R1-R2' ? link : { ...link, delayMs: delayMs! },
    )
    assert.equal(answer({}, [], diamond({ links })), 'R1 – R3 – R4')
    assert.equal(answer({ avoid: ['R3'] }, [], diamond({ links })), 'R1 – R2 – R4')
    assert.match(
      answer({ avoid: ['R3'], maxDelayMs: 100 }, [], diamond({ links })),
      /its delay is not known|R3 is to be avoided/,
    )
  })

  test('keeps to what the port of a site carries', () => {
    const network = diamond({ attachments: [attachmentAt('east', 'R1', 60e6), attachmentAt('west', 'R4')] })
    assert.equal(answer({ bitsPerSecond: 60e6 }, [], network), 'R1 – R2 – R4')
    assert.match(answer({ bitsPerSecond: 61e6 }, [], network), /the port of east has 60 Mbit\/s free/)
    assert.match(
      answer({ bitsPerSecond: 11e6 }, booked('one', {}, network), network),
      /the port of east has 10 Mbit\/s free/,
    )
  })

  test('takes the better of the places where a site is attached', () => {
    const attachments = [...diamond().attachments, attachmentAt('west', 'R3')]
    assert.equal(answer({}, [], diamond({ attachments })), 'R1 – R3')
  })

  for (const [what, changes, because] of [
    ['an unknown site', { to: 'north' }, 'north is at no router that takes lines; these are: east, west'],
    ['one site', { to: 'east' }, 'a line goes from one site to another'],
    ['no rate', { bitsPerSecond: 0 }, 'a rate of 0 bit/s; it must be above 0'],
    ['no number', { bitsPerSecond: NaN }, 'a rate of NaN bit/s; it must be above 0'],
    ['no time', { end: epoch }, 'it would end before it starts'],
  ] as const) {
    test(`refuses ${what}, and says why`, () => assert.equal(answer(changes), because))
  }

  test('says where no path leads at all', () => {
    const links = [linkBetween('R1', 'R2'), linkBetween('R3', 'R4')]
    assert.equal(answer({}, [], diamond({ links })), 'no path leads from east to west')
    assert.equal(alternative({}, [], diamond({ links })), undefined)
  })
})

describe('the alternative', () => {
  test('is the lower rate where that is nearest', () => {
    assert.deepEqual(alternative({ bitsPerSecond: 90e6 }), { type: 'rate', bitsPerSecond: 84_507_000 })
    assert.equal(answer({ bitsPerSecond: 84_507_000 }), 'R1 – R2 – R4')
  })

  test('is the later start where that is nearest', () => {
    const soon = epoch + 60 * second
    const bookings = [...booked('one', { end: soon }), ...booked('two', { end: soon, avoid: ['R2'] })]
    assert.deepEqual(alternative({}, bookings), { type: 'start', start: soon })
  })

  test('is the longer delay where that is nearest', () => {
    assert.deepEqual(alternative({ maxDelayMs: 1.9 }), { type: 'delay', maxDelayMs: 2 })
  })

  test('is nothing where all links are down', () => {
    const links = diamond().links.map((link) => ({ ...link, isUp: false }))
    assert.equal(alternative({}, booked('one', {}), diamond({ links })), undefined)
  })
})

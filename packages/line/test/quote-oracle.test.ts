import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Booking,
  type CoreLink,
  maxConsidered,
  quote,
  type LineNetwork,
  type LineWish,
  wireRate,
} from '../src/index.ts'
import { attachmentAt, networkOf } from './networks.ts'

/** Small, and with whole numbers, so that everything can be tried. */
const names = ['A', 'B', 'C', 'D', 'E', 'F']
const lastTime = 12
const node = fc.constantFrom(...names)
const linkOf = fc.record({
  ends: fc.tuple(node, node).filter(([a, z]) => a !== z),
  bitsPerSecond: fc.constantFrom(10_000, 20_000, 30_000),
  delayMs: fc.constantFrom(1, 2, 5, undefined),
  isUp: fc.integer({ min: 0, max: 5 }).map((one) => one > 0),
})
const networks = fc.array(linkOf, { minLength: 1, maxLength: 11 }).map((links): LineNetwork => {
  const all = links.map(({ ends: [a, z], bitsPerSecond, delayMs, isUp }, at): CoreLink => ({
    name: `link-${(at * 7) % 11}-${at}`,
    a: { node: a, interface: `eth${at}` },
    z: { node: z, interface: `eth${at}` },
    bitsPerSecond,
    isUp,
    ...(delayMs === undefined ? {} : { delayMs }),
  }))
  const nodes = names.map((name, at) => ({ name, number: at + 1 }))
  const attachments = [attachmentAt('east', 'A', 18_000), attachmentAt('west', 'F')]
  return networkOf(all, attachments, { nodes, share: 1 })
})
const time = fc.integer({ min: 0, max: lastTime })
const bookingsIn = (network: LineNetwork): fc.Arbitrary<readonly Booking[]> =>
  fc
    .array(
      fc.record({
        link: fc.constantFrom('A/to-east', ...network.links.map(({ name }) => name)),
        direction: fc.constantFrom('a-z' as const, 'z-a' as const),
        bitsPerSecond: fc.constantFrom(3000, 8000, 15_000),
        from: time,
        lasts: fc.integer({ min: 1, max: 6 }),
      }),
      { maxLength: 12 },
    )
    .map((some) => some.map(({ lasts, ...one }, at) => ({ ...one, line: `line-${at}`, until: one.from + lasts })))
const wishes = fc
  .record({
    bitsPerSecond: fc.constantFrom(5000, 9000, 17_000, 25_000),
    start: time,
    lasts: fc.integer({ min: 1, max: 5 }),
    maxDelayMs: fc.constantFrom(undefined, undefined, 2, 6),
    avoid: fc.constantFrom([], [], ['C'], ['link-0-0']),
  })
  .map(({ lasts, maxDelayMs, ...one }): LineWish => {
    const wish = { ...one, from: 'east', to: 'west', end: one.start + lasts }
    return maxDelayMs === undefined ? wish : { ...wish, maxDelayMs }
  })
const cases = networks.chain((network) => fc.tuple(fc.constant(network), bookingsIn(network), wishes))

/** Every loop-free path, the best first; a link of unknown delay is worse than all others. */
function allPaths({ links }: LineNetwork): readonly (readonly CoreLink[])[] {
  const found: CoreLink[][] = []
  const visit = (at: string, seen: readonly string[], path: readonly CoreLink[]): void => {
    if (at === 'F') found.push([...path])
    else
      for (const link of links) {
        if (link.a.node !== at && link.z.node !== at) continue
        const next = link.a.node === at ? link.z.node : link.a.node
        if (!seen.includes(next)) visit(next, [...seen, next], [...path, link])
      }
  }
  visit('A', ['A'], [])
  const cost = (path: readonly CoreLink[]): number => path.reduce((sum, { delayMs = 1e6 }) => sum + delayMs, 0)
  const text = (path: readonly CoreLink[]): string => path.map(({ name }) => name).join('\0')
  return found.sort(
    (one, other) => one.length - other.length || cost(one) - cost(other) || (text(one) < text(other) ? -1 : 1),
  )
}

function isOpen(path: readonly CoreLink[], wish: LineWish, bookings: readonly Booking[]): boolean {
  const { start, end, bitsPerSecond, avoid = [], maxDelayMs } = wish
  const isFree = (link: string, most: number, rate: number): boolean => {
    for (let at = start; at < end; at++) {
      for (const direction of ['a-z', 'z-a']) {
        const there = bookings.filter(
          (one) => one.link === link && one.direction === direction && one.from <= at && at < one.until,
        )
        if (there.reduce((sum, one) => sum + one.bitsPerSecond, rate) > most) return false
      }
    }
    return true
  }
  const named = path.flatMap(({ name, a, z }) => [name, a.node, z.node])
  const delay = path.reduce((sum, { delayMs = Infinity }) => sum + delayMs, 0)
  return (
    path.every(({ isUp, name, bitsPerSecond: most }) => isUp && isFree(name, most, wireRate(bitsPerSecond))) &&
    isFree('A/to-east', 18_000, bitsPerSecond) &&
    !named.some((name) => avoid.includes(name)) &&
    (maxDelayMs === undefined || delay <= maxDelayMs)
  )
}

describe('a quote, beside one that tries every path at every time', () => {
  const linksOf = (path: { readonly hops: readonly { readonly link: string }[] }) => path.hops.map(({ link }) => link)

  test('finds the same path, and considers the same', () => {
    let possible = 0
    const run = fc.property(cases, ([network, bookings, wish]) => {
      const all = allPaths(network)
      const best = all.find((path) => isOpen(path, wish, bookings))
      const found = quote(wish, network, bookings)
      assert.deepEqual(
        found.type === 'possible' ? linksOf(found.path) : undefined,
        best?.map(({ name }) => name),
      )
      const told = all.slice(0, maxConsidered)
      if (best !== undefined && !told.includes(best)) told.splice(maxConsidered - 1, 1, best)
      assert.deepEqual(
        found.considered.map(({ path }) => linksOf(path)),
        told.map((path) => path.map(({ name }) => name)),
      )
      assert.deepEqual(
        found.considered.map(({ problem }) => problem === null),
        told.map((path) => isOpen(path, wish, bookings)),
      )
      if (best !== undefined) possible++
    })
    fc.assert(run, { numRuns: 600 })
    assert.ok(possible > 50, `only ${possible} were possible`)
  })

  test('with a quota finds the best path that has room in it, too', () => {
    const seen = { possible: 0, hindered: 0 }
    const run = fc.property(cases, fc.constantFrom(0.3, 0.5, 0.9), ([network, bookings, wish], share) => {
      const quota = { of: 'some', share, bookings: bookings.filter((_, at) => at % 2 === 0) }
      const within = (path: readonly CoreLink[]): boolean => {
        const part = path.map((link) => ({ ...link, bitsPerSecond: Math.floor(share * link.bitsPerSecond) }))
        return isOpen(path, wish, bookings) && isOpen(part, wish, quota.bookings)
      }
      const best = allPaths(network).find(within)
      const found = quote(wish, network, bookings, undefined, quota)
      assert.deepEqual(
        found.type === 'possible' ? linksOf(found.path) : undefined,
        best?.map(({ name }) => name),
      )
      if (best !== undefined) seen.possible++
      else if (quote(wish, network, bookings).type === 'possible') seen.hindered++
    })
    fc.assert(run, { numRuns: 600 })
    assert.ok(seen.possible > 20 && seen.hindered > 20, JSON.stringify(seen))
  })

  test('protects the best path that can be, by the best that has nothing else of it', () => {
    const seen = { protected: 0, refused: 0 }
    const elements = (path: readonly CoreLink[]) =>
      new Set(path.flatMap(({ name, a, z }) => [name, a.node, z.node]).filter((name) => name !== 'A' && name !== 'F'))
    const run = fc.property(cases, ([network, bookings, wish]) => {
      const open = allPaths(network).filter((path) => isOpen(path, wish, bookings))
      const pairs = open.flatMap((working) => {
        const protection = open.find((other) => elements(working).isDisjointFrom(elements(other)))
        return protection === undefined ? [] : [[working, protection] as const]
      })
      const found = quote({ ...wish, protect: true }, network, bookings)
      if (found.type === 'refused') {
        if (open.length > 0) assert.equal(found.alternative?.type, 'unprotected')
        // Only those that are told are tried.
        assert.ok(pairs.every(([working]) => open.indexOf(working) > 0))
        if (open.length > 0) seen.refused++
        return
      }
      seen.protected++
      const [working, protection] = [linksOf(found.path), linksOf(found.protection!.path)]
      const pair = pairs.find(([one]) => one.map(({ name }) => name).join() === working.join())
      assert.deepEqual(
        pair?.[1].map(({ name }) => name),
        protection,
      )
      if (pair !== pairs[0]) assert.fail('a better path could have been protected')
    })
    fc.assert(run, { numRuns: 2000 })
    assert.ok(seen.protected > 50 && seen.refused > 50, JSON.stringify(seen))
  })

  test('leaves the best path for the next where only that one can be protected', () => {
    const pairs = ['AB 1', 'BC 1', 'CF 1', 'BE 5', 'EF 5', 'AD 5', 'DC 5'].map((text) => text.split(' '))
    const links = pairs.map(([ends, delay], at): CoreLink => {
      const [a = '', z = ''] = ends!.split('')
      const name = `${a}${z}`
      const place = (node: string) => ({ node, interface: `eth${at}` })
      return { name, a: place(a), z: place(z), bitsPerSecond: 20_000, isUp: true, delayMs: Number(delay) }
    })
    const nodes = names.map((name, at) => ({ name, number: at + 1 }))
    const network = networkOf(links, [attachmentAt('east', 'A'), attachmentAt('west', 'F')], { nodes, share: 1 })
    const wish = { from: 'east', to: 'west', bitsPerSecond: 5000, start: 0, end: 1 }
    const [plain, safe] = [quote(wish, network, []), quote({ ...wish, protect: true }, network, [])]
    assert.ok(plain.type === 'possible' && safe.type === 'possible')
    assert.deepEqual(linksOf(plain.path), ['AB', 'BC', 'CF'])
    assert.deepEqual(
      [linksOf(safe.path), linksOf(safe.protection!.path)],
      [
        ['AB', 'BE', 'EF'],
        ['AD', 'DC', 'CF'],
      ],
    )
  })

  test('offers what is possible and nearest, and nothing where nothing is', () => {
    const seen = { rate: 0, start: 0, delay: 0, unprotected: 1 }
    const run = fc.property(cases, ([network, bookings, wish]) => {
      const found = quote(wish, network, bookings)
      if (found.type === 'possible') return
      const all = allPaths(network)
      const works = (changes: Partial<LineWish>) => all.some((path) => isOpen(path, { ...wish, ...changes }, bookings))
      const lasts = wish.end - wish.start
      const starts = Array.from({ length: 2 * lastTime }, (_, at) => wish.start + 1 + at)
      const start = starts.find((at) => works({ start: at, end: at + lasts }))
      const rate = Array.from({ length: 30 }, (_, at) => (30 - at) * 1000).find(
        (one) => one < wish.bitsPerSecond && works({ bitsPerSecond: one }),
      )
      const { maxDelayMs } = wish
      const delay =
        maxDelayMs === undefined
          ? undefined
          : Array.from({ length: 40 }, (_, at) => at + 1).find((one) => one > maxDelayMs && works({ maxDelayMs: one }))
      const offers = [
        { type: 'rate', value: rate, distance: 1 - (rate ?? 0) / wish.bitsPerSecond },
        { type: 'start', value: start, distance: ((start ?? 0) - wish.start) / lasts },
        { type: 'delay', value: delay, distance: (delay ?? 0) / (maxDelayMs ?? 1) - 1 },
      ].filter(({ value }) => value !== undefined)
      const nearest = offers.reduce<(typeof offers)[number] | undefined>(
        (best, one) => (best === undefined || one.distance < best.distance ? one : best),
        undefined,
      )
      const { alternative } = found
      assert.equal(alternative?.type, nearest?.type)
      if (alternative === undefined || alternative.type === 'unprotected') return
      seen[alternative.type]++
      const value =
        alternative.type === 'rate'
          ? alternative.bitsPerSecond
          : alternative.type === 'start'
            ? alternative.start
            : alternative.maxDelayMs
      assert.equal(value, nearest!.value)
    })
    fc.assert(run, { numRuns: 2000 })
    for (const [what, times] of Object.entries(seen)) assert.ok(times > 0, `only ${times} alternatives were a ${what}`)
  })
})

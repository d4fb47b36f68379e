import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Composition,
  EpisodeBook,
  explain,
  isOpen,
  type Outcome,
  type SeriesSubject,
  type Told,
  windowOf,
} from '../../src/index.ts'
import { maxEnded, maxOpen } from '../../src/unusual/episode-book.ts'

const stepMs = 60_000
const subjects: Readonly<Record<string, SeriesSubject>> = {
  'link a-b': { kind: 'link', name: 'a-b A→Z', places: ['link:a-b', 'node:a', 'node:b'] },
  'link b-c': { kind: 'link', name: 'b-c A→Z', places: ['link:b-c', 'node:b', 'node:c'] },
  'link x-y': { kind: 'link', name: 'x-y A→Z', places: ['link:x-y', 'node:x', 'node:y'] },
  'pair s → t': { kind: 'pair', name: 's → t', places: ['node:s', 'node:t'] },
  'export a': { kind: 'export', name: 'a', places: ['node:a'] },
  flows: { kind: 'flows', name: '', places: [] },
}
const begins = (value: number, expected: number): Outcome => ({
  state: 'begins',
  way: value > expected ? 'up' : 'down',
  form: 'point',
  value,
  expected,
  ago: 0,
  sure: 2,
})
const goesOn = (value: number, expected: number): Outcome =>
  ({ ...(begins(value, expected) as object), state: 'goes on' }) as Outcome
const ends: Outcome = { state: 'ends', because: 'as before', value: 1 }

class Scene {
  book = new EpisodeBook()
  #step = 0

  next(outcomes: Readonly<Record<string, Outcome>>): readonly Told[] {
    return this.book.step(new Map(Object.entries(outcomes)), (key) => subjects[key], this.#step++ * stepMs, stepMs)
  }
}
const told = (all: readonly Told[]): readonly string[] => all.map(({ what, episode }) => `${what} ${episode.id}`)

describe('episodes', () => {
  test('are one for the links, the pair and the exporter of one surge, and the pair tells it', () => {
    const scene = new Scene()
    const all = scene.next({
      'link a-b': begins(90, 30),
      'link x-y': begins(85, 20),
      'pair s → t': begins(70, 5),
      'export a': begins(400, 100),
    })
    assert.deepEqual(told(all), ['began 1'])
    assert.equal(all[0]!.episode.findings[0]!.kind, 'pair')
    assert.equal(all[0]!.episode.findings.length, 4)
    assert.deepEqual(told(scene.next({ 'link b-c': begins(95, 40) })), [])
    assert.equal(scene.book.all[0]!.findings.length, 5)
  })

  test('are two where neither place nor size nor time is the same', () => {
    const scene = new Scene()
    assert.deepEqual(told(scene.next({ 'link a-b': begins(90, 30), 'link x-y': begins(900, 100) })), [
      'began 1',
      'began 2',
    ])
    for (let step = 0; step < 5; step++) scene.next({})
    assert.deepEqual(told(scene.next({ 'pair s → t': begins(90, 30) })), ['began 3'])
  })

  test('are told again when they grew by half, not sooner than after five steps, and when they are over', () => {
    const scene = new Scene()
    scene.next({ 'link a-b': begins(90, 30), 'pair s → t': begins(80, 20) })
    assert.deepEqual(told(scene.next({ 'pair s → t': goesOn(200, 20) })), [])
    for (let step = 0; step < 3; step++) scene.next({})
    assert.deepEqual(told(scene.next({ 'pair s → t': goesOn(210, 20) })), ['grew 1'])
    assert.deepEqual(told(scene.next({ 'pair s → t': ends })), [])
    const over = scene.next({ 'link a-b': ends })
    assert.deepEqual(told(over), ['ended 1'])
    assert.equal(over[0]!.episode.because, 'as before')
    assert.equal(over[0]!.episode.findings[0]!.peak, 210)
  })

  test('are one whatever the order in which findings of a step are read', () => {
    const findings = {
      'link a-b': begins(90, 30),
      'link b-c': begins(85, 30),
      'pair s → t': begins(80, 20),
      flows: begins(300, 10),
    }
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(findings), { minLength: 4 }), (order) => {
        const scene = new Scene()
        const all = scene.next(Object.fromEntries(order))
        assert.deepEqual(told(all), ['began 1'])
        assert.deepEqual(
          all[0]!.episode.findings.map(({ kind }) => kind),
          ['flows', 'pair', 'link', 'link'],
        )
      }),
    )
  })

  test('end when nothing is known of them any more, and go on counting after a restart', () => {
    const scene = new Scene()
    scene.next({ 'link a-b': begins(90, 30) })
    const book = new EpisodeBook(JSON.parse(JSON.stringify(scene.book.state)) as typeof scene.book.state)
    assert.deepEqual(told(book.abandon(5)), ['ended 1'])
    assert.deepEqual(told(book.step(new Map([['flows', begins(9, 1)]]), (key) => subjects[key], 0, stepMs)), [
      'began 2',
    ])
  })

  test('keep to their limits, and every one that began ends once, whatever comes', () => {
    const outcome = fc.constantFrom<Outcome>(begins(90, 30), begins(1, 500), goesOn(95, 30), ends, { state: 'usual' })
    const step = fc.dictionary(
      fc.nat(200).map((at) => `series ${at}`),
      outcome,
      { maxKeys: 60 },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const book = new EpisodeBook()
        const open = new Set<number>()
        for (const [at, one] of steps.entries()) {
          const subject = (key: string): SeriesSubject => ({ kind: 'discards', name: key, places: [`node:${key}`] })
          for (const { what, episode } of book.step(new Map(Object.entries(one)), subject, at * stepMs, stepMs)) {
            if (what === 'began') assert.ok(!open.has(episode.id) && open.add(episode.id))
            if (what === 'ended') open.delete(episode.id)
          }
          assert.ok(book.all.filter(isOpen).length <= maxOpen)
          assert.ok(book.all.length <= maxOpen + maxEnded)
          assert.ok(book.all.every(({ findings }) => findings.length >= 1 && findings.length <= 32))
          assert.deepEqual(new Set(book.all.filter(isOpen).map(({ id }) => id)), open)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('what accounts for a change', () => {
  const rates = (bits: Readonly<Record<string, number>>, flows: Readonly<Record<string, number>> = {}): Composition => {
    const parts = [...new Set([...Object.keys(bits), ...Object.keys(flows)])].map((key) => ({
      key,
      bitsPerSecond: bits[key] ?? 0,
      flowsPerSecond: flows[key] ?? 0,
    }))
    const of = <T>(value: T) => ({
      src: value,
      dst: value,
      pair: value,
      conversation: value,
      application: value,
      sites: value,
    })
    const totals = { bitsPerSecond: 0, ipv6BitsPerSecond: 0, flowsPerSecond: 0, sources: 0, destinations: 0 }
    return { window: windowOf(0, 60_000), ...totals, parts: { ...of([]), src: parts }, unlisted: of(0) }
  }
  const up = (size: number) => ({ way: 'up', amount: 'bitsPerSecond', size }) as const

  test('is the one that grew, not the largest', () => {
    const [found] = explain([rates({ big: 900, small: 10 })], rates({ big: 905, small: 110 }), up(105))
    assert.deepEqual(found!.items, [{ key: 'small', before: 10, now: 110 }])
    assert.ok(Math.abs(found!.part - 100 / 105) < 1e-9)
  })

  test('is the fewest that make up four fifths, and nothing where everybody grew a little', () => {
    const before = rates({})
    const [two] = explain([before], rates({ a: 50, b: 40, c: 10 }), up(100))
    assert.deepEqual(
      two!.items.map(({ key }) => key),
      ['a', 'b'],
    )
    const everybody = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`h${at}`, 10]))
    assert.deepEqual(explain([before], rates(everybody), up(300)), [])
  })

  test('is found for less, for flows, and against the mean of some steps', () => {
    const [less] = explain([rates({ a: 100, b: 50 }), rates({ a: 120, b: 50 })], rates({ b: 50 }), {
      ...up(110),
      way: 'down',
    })
    assert.deepEqual(less!.items, [{ key: 'a', before: 110, now: 0 }])
    const scan = { way: 'up', amount: 'flowsPerSecond', size: 480 } as const
    const [scanner] = explain([rates({ a: 900 }, { a: 5 })], rates({ a: 900, evil: 1 }, { a: 6, evil: 479 }), scan)
    assert.equal(scanner!.items[0]!.key, 'evil')
    assert.deepEqual(explain([], rates({ a: 5 }), up(5)), [])
  })

  test('never has more items than it may, never less than half, and never more than all', () => {
    const some = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), fc.nat(1000))
    fc.assert(
      fc.property(
        some,
        some,
        fc.constantFrom('up' as const, 'down' as const),
        fc.nat(3000),
        (before, now, way, size) => {
          for (const { items, part } of explain([rates(before)], rates(now), { way, amount: 'bitsPerSecond', size })) {
            assert.ok(items.length >= 1 && items.length <= 4)
            assert.ok(part >= 0.5 && part <= 1)
            for (const one of items) assert.ok(way === 'up' ? one.now > one.before : one.now < one.before)
          }
        },
      ),
    )
  })
})

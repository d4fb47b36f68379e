import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BorderList } from '@vagus/api/steering'
import { courseOf, firstAbove, reliefAfter, stretchOf, thresholdsOf } from '../../src/steer/figures.ts'
import { countersIn, type ShaperCounters } from '../../src/steer/shapers.ts'

/** Readings a second apart from 0 on; each pair is what was sent and dropped in the second before, packets of 1,000 octets. */
function readings(...seconds: readonly (readonly [sent: number, dropped: number])[]): readonly ShaperCounters[] {
  const all: ShaperCounters[] = [{ at: 0, octets: 5000, packets: 5, dropped: 1 }]
  for (const [sent, lost] of seconds) {
    const { at, octets, packets, dropped } = all.at(-1)!
    all.push({ at: at + 1000, octets: octets + sent * 1000, packets: packets + sent, dropped: dropped + lost })
  }
  return all
}

test('the counters of shapers are read from what tc prints, and other queues are left out', () => {
  const text = `[{"kind":"noqueue","dev":"lo"},
    {"kind":"tbf","handle":"8001:","dev":"eth1","root":true,"bytes":125000,"packets":130,"drops":7,"overlimits":3}]`
  assert.deepEqual([...countersIn(1700, text)], [['eth1', { at: 1700, octets: 125_000, packets: 130, dropped: 7 }]])
  assert.throws(() => countersIn(0, '[{"kind"'), SyntaxError)
})

describe('a stretch', () => {
  const capacities = new Map([
    ['a', 1_000_000],
    ['b', 500_000],
  ])

  test('counts what was sent and lost between its first and last reading, and nothing before or after', () => {
    const log = new Map([
      ['a', readings([100, 900], [100, 0], [50, 50], [100, 900])],
      ['b', readings([0, 0], [10, 0], [10, 20], [0, 0])],
    ])
    const { seconds, offeredPerSecond, lost, links } = stretchOf(log, capacities, { from: 1000, to: 3999 })
    assert.deepEqual([seconds, offeredPerSecond, lost], [2, 120, Number((70 / 240).toFixed(4))])
    assert.deepEqual(links[0], {
      link: 'a',
      capacity: 1_000_000,
      mean: 600_000,
      peak: 800_000,
      packetsPerSecond: 75,
      lost: 0.25,
    })
    assert.deepEqual([links[1]!.mean, links[1]!.lost], [80_000, 0.5])
  })

  test('without readings is idle', () => {
    const { seconds, offeredPerSecond, lost, links } = stretchOf(new Map(), capacities, { from: 0, to: 9999 })
    assert.deepEqual([seconds, offeredPerSecond, lost, links.map(({ mean }) => mean)], [0, 0, 0, [0, 0]])
  })
})

describe('relief', () => {
  const ok = [99, 0] as const
  const bad = [99, 50] as const

  test('begins with three seconds in which no link loses packets', () => {
    const log = new Map([
      ['a', readings(bad, bad, ok, ok, ok, ok, ok, ok)],
      ['b', readings(ok, ok, ok, bad, ok, ok, ok, ok)],
    ])
    assert.equal(reliefAfter(log, ['a', 'b'], 0), 4000)
    assert.equal(reliefAfter(log, ['a'], 0), 2000)
    assert.equal(reliefAfter(log, ['a', 'b'], 1000), 3000)
  })

  test('is immediate where nothing is lost, and a packet in a hundred is not called loss', () => {
    assert.equal(reliefAfter(new Map([['a', readings(ok, ok, ok)]]), ['a'], 0), 0)
    assert.equal(reliefAfter(new Map([['a', readings([199, 1], ok, ok)]]), ['a'], 0), 0)
  })

  test('loss that comes back later does not take it away', () => {
    assert.equal(reliefAfter(new Map([['a', readings(bad, ok, ok, ok, bad)]]), ['a'], 0), 1000)
  })

  test('is unknown until it has lasted, and of a link that was not read', () => {
    assert.equal(reliefAfter(new Map([['a', readings(bad, ok, ok)]]), ['a'], 0), null)
    assert.equal(reliefAfter(new Map([['a', readings(ok, ok, ok, ok)]]), ['a', 'b'], 0), null)
  })
})

test('a rule of a fixed share sees a link first when a reading has it, from the given time on', () => {
  const sighting = (at: number, ...loads: readonly (number | null)[]) => {
    const links = loads.map((load) => ({ load, capacity: 100 }))
    return { at, list: { items: [{ links }] } as unknown as BorderList }
  }
  const sightings = [sighting(0, 90, 0), sighting(5, null, 79), sighting(10, 10, 80), sighting(15, 99, 99)]
  assert.equal(firstAbove(sightings, 0.8, 1), 10)
  assert.equal(firstAbove(sightings, 0.8, 0), 0)
  assert.equal(firstAbove(sightings, 0.995, 1), null)
})

test('the course of a link is its rate and loss between readings, with times from the given one on', () => {
  const log = new Map([['a', readings([100, 0], [50, 50], [0, 0])]])
  assert.deepEqual(
    courseOf(
      log,
      new Map([
        ['a', 1_000_000],
        ['b', 2_000_000],
      ]),
      1000,
    ),
    [
      {
        link: 'a',
        capacity: 1_000_000,
        steps: [
          [1000, 400_000, 0.5],
          [2000, 0, 0],
        ],
      },
      { link: 'b', capacity: 2_000_000, steps: [] },
    ],
  )
})

test('thresholds are told when they change, from the given time on', () => {
  const sighting = (at: number, threshold: number) => {
    const links = [
      { link: 'a', threshold },
      { link: 'b', threshold: 7 },
    ]
    return { at, list: { items: [{ links }] } as unknown as BorderList }
  }
  const sightings = [sighting(0, 1), sighting(500, 1), sighting(1000, 1), sighting(1500, 2), sighting(2000, 2)]
  assert.deepEqual(thresholdsOf(sightings, 500), [
    { at: 0, byLink: { a: 1, b: 7 } },
    { at: 1000, byLink: { a: 2, b: 7 } },
  ])
})

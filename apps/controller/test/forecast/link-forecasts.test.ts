import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema, type Event, sentenceOf } from '@vagus/api'
import { LoadHistory, historyStep } from '../../src/domain/load-history.ts'
import { forecastStep, LinkForecasts } from '../../src/forecast/link-forecasts.ts'
import { expectation, ExpectationMonitor } from '../../src/forecast/expectation-monitor.ts'
import { forecastMetrics } from '../../src/resources/forecast-metrics.ts'

const day = 86_400_000
const begin = 20_000 * day
const config = configSchema.parse({
  devices: [{ name: 'pe-1', role: 'edge', address: '192.0.2.1' }],
  links: ['one', 'two', 'three'].map((name) => ({ name, a: { node: 'pe-1' }, z: { node: 'pe-1' }, capacity: 100 })),
})

/** Counters of so much of each step: enough for a mean. */
const counted = 180_000

/** A controller's loads. `kept` outlives it. */
function createWorld(kept = new Map<string, unknown>()) {
  const history = new LoadHistory()
  const events: { readonly event: string; readonly subject: string; readonly at: number }[] = []
  let now = 0
  const forecasts = new LinkForecasts({
    view: () => ({ config, history, capacityOf: ({ capacity }) => capacity }),
    control: {
      get: (key) => (kept.has(key) ? { value: kept.get(key), revision: 1, at: 0 } : undefined),
      put: (key, value) => void kept.set(key, JSON.parse(JSON.stringify(value))),
    },
    tell: ({ event, subject }) => void events.push({ event, subject, at: now }),
    report: (line) => assert.fail(line),
  })
  const random = createRandom()
  let wander = [0, 0, 0]
  return {
    forecasts,
    events,
    /** Each load climbs to 85 of 100 once a day, and wanders. */
    play(from: number, to: number) {
      for (let step = from; step < to; step += forecastStep) {
        wander = wander.map((value) => 0.8 * value + 6 * (random() - 0.5))
        for (const [index, { name }] of config.links.entries()) {
          const load = Math.max(0, 40 + 45 * Math.sin((2 * Math.PI * step) / day) + wander[index]!)
          for (let at = step + forecastStep - counted; at < step + forecastStep; at += historyStep) {
            history.add(name, { aToZ: load, zToA: load / 4 }, at)
          }
        }
        now = step + forecastStep
        forecasts.tick(now)
      }
    },
  }
}

function createRandom(): () => number {
  let state = 7
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32
}

describe('forecasts of links', () => {
  const kept = new Map<string, unknown>()
  const link = config.links[0]!
  const learned = begin + 2 * day

  test('are still learning for a day, and then give a chance for each way', () => {
    const world = createWorld(kept)
    assert.equal(world.forecasts.expectedOf(link), undefined)
    world.play(begin, begin + day / 8)
    const young = world.forecasts.expectedOf(link)!
    assert.equal(young.aToZ, null)
    assert.match(young.unknown!, /^still learning: \d+ % /)
    world.play(begin + day / 8, learned)
    const expected = world.forecasts.expectedOf(link)!
    assert.equal(expected.utilisation, 0.8)
    assert.equal(Date.parse(expected.by), learned + 1_800_000)
    assert.ok(expected.aToZ! >= 0 && expected.aToZ! <= 1 && expected.zToA! < 0.05)
    assert.equal(expected.unknown, undefined)
    world.forecasts.stop()
  })

  test('go on after a restart, and tell before a load reaches the threshold, once', () => {
    const world = createWorld(new Map(kept))
    world.play(learned, learned + day)
    const told = world.events.filter(({ event }) => event === 'link.expected-full')
    const links = told.map(({ subject }) => subject)
    assert.ok(links.length >= 2 && links.length === new Set(links).size, String(links))
    // Without noise it is reached four hours and eleven minutes into the day, and is at 80 for 3.6 hours.
    for (const { at } of told) assert.ok(at - learned > 3 * 3_600_000 && at - learned < 4.7 * 3_600_000)
    assert.equal(world.events.filter(({ event }) => event === 'link.expected-calm').length, told.length)
    const metrics = forecastMetrics(config.links, world.forecasts)
    assert.equal(metrics.find(({ name }) => name === 'vagus_link_full_chance')!.samples.length, 6)
    const shares = metrics.find(({ name }) => name === 'vagus_forecast_came_share')!.samples
    assert.ok(shares.length > 0 && shares.every(({ value }) => value >= 0 && value <= 1))
  })

  test('know of a gap that it is one, and nothing of a link without counters', () => {
    const world = createWorld(new Map(kept))
    world.forecasts.tick(learned + 10 * forecastStep)
    assert.equal(world.forecasts.expectedOf(link), undefined, 'nothing was heard in this step')
    world.play(learned + 10 * forecastStep, learned + 12 * forecastStep)
    assert.notEqual(world.forecasts.expectedOf(link)!.aToZ, null)
    assert.equal(world.forecasts.expectedOf({ ...link, name: 'other' }), undefined)
  })
})

describe('what is told of a link that is likely to fill', () => {
  const feed = (monitor: ExpectationMonitor, ...chances: readonly (number | null)[]): readonly string[] =>
    chances
      .flatMap((chance) => monitor.step([{ link: 'l', chance }], '2026-11-28T14:30:00.000Z'))
      .map(({ event }) => event)
  const calm = Array.from({ length: expectation.calmSteps }, () => 0.1)

  test('is a sentence with the time and the chance', () => {
    const [draft] = new ExpectationMonitor().step([{ link: 'l', chance: 0.7 }], '2026-11-28T14:30:00.000Z')
    const event = { ...draft!, id: 1, at: '', severity: 'warning' } as Event
    const text = 'Link l is likely to carry 80 % of its capacity or more by 2026-11-28T14:30:00.000Z (chance 70 %)'
    assert.equal(sentenceOf(event), text)
  })

  test('comes once while the chance swings, and again only after half an hour of calm', () => {
    const monitor = new ExpectationMonitor()
    assert.deepEqual(feed(monitor, 0.49, 0.5, 0.3, 0.7, 0.4, 0.9, null), ['link.expected-full'])
    assert.deepEqual(feed(monitor, ...calm.slice(1), 0.3, ...calm.slice(1)), [])
    assert.deepEqual(feed(monitor, 0.1, 0.6), ['link.expected-calm', 'link.expected-full'])
  })

  test('is nothing of a link that is full already', () => {
    assert.deepEqual(feed(new ExpectationMonitor(), 0.2, 1, 0.9, 1), [])
  })
})

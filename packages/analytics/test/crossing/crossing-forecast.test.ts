import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Chance, CrossingForecast, maxFollowed } from '../../src/index.ts'

const pace = { stepsPerDay: 96, horizon: 4 } as const
const level = 80

/** Sums to 1 in the long run; the same every run. */
function createNoise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32 - 0.5
  }
}

/** A load with a rhythm of a day, and noise that goes on for some steps. */
function createLoads(seed: number): (step: number) => number {
  const noise = createNoise(seed)
  let wander = 0
  return (step) => {
    wander = 0.8 * wander + 12 * noise()
    return Math.max(0, 55 + 20 * Math.sin((2 * Math.PI * step) / pace.stepsPerDay) + wander)
  }
}

const links = ['a', 'b', 'c', 'd', 'e', 'f']

/** Steps a forecast through so many days, and calls `each` before each step. */
function live(days: number, each: (loads: ReadonlyMap<string, number>) => void = () => undefined): CrossingForecast {
  const forecast = new CrossingForecast(pace)
  const next = links.map((_, at) => createLoads(at + 1))
  for (let step = 0; step < days * pace.stepsPerDay; step++) {
    const loads = new Map(links.map((link, at) => [link, next[at]!(step)]))
    each(loads)
    forecast.step(new Map([...loads].map(([link, load]) => [link, { load, level }])))
  }
  return forecast
}

const numberOf = (chance: Chance): number => (chance.state === 'known' ? chance.chance : NaN)

describe('a forecast of crossings', () => {
  test('says that it is still learning until it saw a day, and how far it is', () => {
    assert.deepEqual(new CrossingForecast(pace).chanceOf('a', level), { state: 'unknown' })
    const young = live(0.5).chanceOf('a', 1e9)
    assert.ok(young.state === 'learning' && young.done > 0.1 && young.done < 0.7, JSON.stringify(young))
    assert.equal(live(5).chanceOf('a', 1e9).state, 'known')
  })

  test('says of a load at the level that it is there, and of an unknown load nothing', () => {
    const forecast = live(5)
    const step = (load: number): void => forecast.step(new Map(links.map((link) => [link, { load, level }])))
    step(81)
    assert.deepEqual(forecast.chanceOf('a', level), { state: 'reached' })
    step(NaN)
    assert.deepEqual(forecast.chanceOf('a', level), { state: 'unknown' })
  })

  test('is greater the nearer the load is, and true: of what it calls likely, as much comes', () => {
    const forecast = live(15)
    const chances = [79, 85, 95, 150].map((each) => numberOf(forecast.chanceOf('a', each)))
    assert.ok(
      chances.every((chance, at) => at === 0 || chance < chances[at - 1]!),
      String(chances),
    )
    assert.ok(chances.at(-1)! < 0.01)
    const sure = forecast.grades.filter(({ said }) => said > 50)
    assert.ok(sure.length >= 5, `${sure.length} tenths`)
    for (const { said, chance, came } of sure) {
      const spread = 3 * Math.sqrt((chance * (1 - chance)) / (said / pace.horizon)) // neighbours have one fate
      assert.ok(Math.abs(chance - came) < 0.1 + spread, `of ${said} called ${chance}, ${came} came`)
    }
  })

  test('goes on after a restart as if there had been none', () => {
    const before = live(8)
    const kept: unknown = JSON.parse(JSON.stringify(before.snapshot()))
    const after = new CrossingForecast(pace, kept as ReturnType<CrossingForecast['snapshot']>)
    for (const link of links) {
      const [one, other] = [before, after].map((each) => numberOf(each.chanceOf(link, 95)))
      assert.ok(Math.abs(one! - other!) < 0.01, `${link}: ${one} and ${other}`)
    }
    assert.deepEqual(after.lessons, before.lessons)
    assert.equal(new CrossingForecast({ ...pace, horizon: 5 }, before.snapshot()).lessons.came, 0)
  })

  test('follows so many links and no more, and forgets those that are gone', () => {
    const forecast = new CrossingForecast(pace)
    const many = (count: number) => new Map(Array.from({ length: count }, (_, at) => [`${at}`, { load: 1, level }]))
    forecast.step(many(maxFollowed + 2))
    assert.equal(Object.keys(forecast.snapshot().links).length, maxFollowed)
    assert.equal(forecast.chanceOf(`${maxFollowed}`, level).state, 'unknown')
    forecast.step(many(2))
    assert.deepEqual(Object.keys(forecast.snapshot().links), ['0', '1'])
  })

  test('stays whole whatever it is fed, and whatever it is begun with', () => {
    const load = fc.oneof(fc.constantFrom(NaN, 0, -1, Infinity, 1e300, level), fc.double({ min: 0, max: 100 }))
    const small = { stepsPerDay: 12, horizon: 2 }
    fc.assert(
      fc.property(fc.array(load, { minLength: 30, maxLength: 120 }), fc.anything(), (loads, any) => {
        const forecast = new CrossingForecast(small, { pace: small, model: any, links: { a: any } } as never)
        for (const one of loads) forecast.step(new Map([['a', { load: one, level }]]))
        const chance = forecast.chanceOf('a', level)
        if (chance.state === 'known') assert.ok(chance.chance >= 0 && chance.chance <= 1)
        assert.doesNotThrow(() => JSON.stringify(forecast.snapshot()))
      }),
    )
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DemandForecast } from '../src/forecast/demand.ts'
import { passedFactors } from '../src/forecast/uncensor.ts'
import { createRandom } from '../src/random.ts'
import { observationOf } from './fixture.ts'

const constants = { kept: 0.8, baseRate: 0.03, errorRate: 0.08, usual: 1, burst: 0.15 }

function forecastAfter(rows: readonly (readonly number[])[]): DemandForecast {
  const forecast = new DemandForecast(rows[0]!.length, constants)
  for (const loads of rows) forecast.learn(observationOf(loads))
  return forecast
}

const near = (actual: number, expected: number, within: number): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`)

describe('a forecast of demand', () => {
  test('is the load itself where that stands still, and its deviation goes to 0', () => {
    const { mean, variance } = forecastAfter(Array.from({ length: 200 }, () => [20, 5]))
    near(mean[0]!, 20, 1e-6)
    near(Math.sqrt(variance[0]!), 0, 0.01)
  })

  test('expects a burst to fade, and knows less of the next step', () => {
    const calm = Array.from({ length: 200 }, () => [10])
    const before = forecastAfter(calm).variance[0]!
    const { mean, variance } = forecastAfter([...calm, [60]])
    assert.ok(mean[0]! > 45 && mean[0]! < 55, `${mean[0]} is between the burst and what is usual`)
    assert.ok(variance[0]! > before + 100)
  })

  test('keeps what it knows of a prefix that is no longer measured, scaled to the rest of its link', () => {
    const forecast = forecastAfter(Array.from({ length: 50 }, () => [40, 12, 4]))
    const visible = Uint8Array.of(1, 0, 0)
    // The two share 8 alike, to someone who does not remember them.
    forecast.learn(observationOf([40, 4, 4], { visible }))
    near(forecast.mean[1]! / forecast.mean[2]!, 3, 0.01)
    near(forecast.mean[1]! + forecast.mean[2]!, 8, 2)
  })

  test('sees through the loss of a full link, even where one burst fills it', () => {
    const forecast = forecastAfter(Array.from({ length: 50 }, () => [20, 15, 15, 10]))
    const full = observationOf([20, 15, 15, 90])
    near(passedFactors(full, forecast.mean)[0]!, 1.4, 0.01)
    forecast.learn(full)
    near(forecast.mean[0]!, 20, 0.2)
    assert.ok(forecast.mean[3]! > 70)
  })

  test('takes a third more than was measured where a link is full from the beginning', () => {
    assert.deepEqual([...passedFactors(observationOf([80, 80]), new Float64Array(2))], [1.3, 1, 1])
  })

  test('learns nothing from a link that lets nothing through', () => {
    const forecast = forecastAfter(Array.from({ length: 50 }, () => [20, 10]))
    for (let step = 0; step < 20; step++)
      forecast.learn(observationOf([20, 10], { capacity: Float64Array.of(0, 100, 100), estimate: new Float64Array(2) }))
    near(forecast.mean[0]!, 20, 0.01)
  })

  test('is exceeded by 1.645 deviations in one of twenty steps, over drifting series: 3.5 to 7 of 100', () => {
    const prefixes = 10
    const draw = createRandom(7)
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
    const forecast = new DemandForecast(prefixes, { ...constants, kept: 1, burst: 0 })
    const level = Float64Array.from({ length: prefixes }, () => 50 + 100 * draw())
    let above = 0
    let counted = 0
    for (let step = 0; step < 1000; step++) {
      // The noise of the second half is three times that of the first.
      const noise = step < 500 ? 0.02 : 0.06
      const loads = Array.from(level, (each) => Math.max(0, each * (1 + noise * normal())))
      if (step > 100)
        loads.forEach((own, prefix) => {
          counted++
          if (own > forecast.mean[prefix]! + 1.645 * Math.sqrt(forecast.variance[prefix]!)) above++
        })
      forecast.learn(observationOf(loads, { capacity: new Float64Array(3).fill(1e6) }))
      for (let prefix = 0; prefix < prefixes; prefix++) level[prefix]! *= 1 + 0.002 * Math.sin(step / 46 + prefix)
    }
    assert.ok(above / counted > 0.035 && above / counted < 0.07, `${above / counted} of the steps`)
  })

  test('is finite and at least 0, whatever is measured', () => {
    const load = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e12, noNaN: true }))
    const step = fc.record({
      loads: fc.array(load, { minLength: 6, maxLength: 6 }),
      assignment: fc.array(fc.nat({ max: 2 }), { minLength: 6, maxLength: 6 }),
      visible: fc.array(fc.nat({ max: 1 }), { minLength: 6, maxLength: 6 }),
      capacity: fc.array(load, { minLength: 3, maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const forecast = new DemandForecast(6, constants)
        for (const { loads, assignment, visible, capacity } of steps) {
          forecast.learn(
            observationOf(loads, {
              assignment: Int32Array.from(assignment),
              visible: Uint8Array.from(visible),
              capacity: Float64Array.from(capacity),
            }),
          )
          for (const each of [...forecast.mean, ...forecast.variance])
            assert.ok(Number.isFinite(each) && each >= 0, `${each}`)
        }
      }),
    )
  })
})

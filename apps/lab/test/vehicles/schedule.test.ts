import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { driveOf, incidentKinds, type Plan, shortestDeadSpot } from '../../src/vehicles/schedule.ts'

const plans: fc.Arbitrary<Plan> = fc.record({
  lasts: fc.integer({ min: 5000, max: 120_000 }),
  seed: fc.nat(),
  longestDeadSpot: fc.integer({ min: 500, max: 8000 }),
})

describe('a drive', () => {
  test('is the same from the same seed, and another one of another vehicle', () => {
    const plan: Plan = { lasts: 60_000, seed: 7, longestDeadSpot: 8000 }
    assert.deepEqual(driveOf('v1', plan), driveOf('v1', plan))
    assert.notDeepEqual(driveOf('v1', plan), driveOf('v2', plan))
  })
  test('has each kind of incident once in four, and dead spots within their bounds', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { incidents } = driveOf('v1', plan)
        for (let at = 0; at + 4 <= incidents.length; at += 4)
          assert.equal(new Set(incidents.slice(at, at + 4).map(({ kind }) => kind)).size, incidentKinds.length)
        for (const { kind, lasts } of incidents) {
          if (kind.endsWith('dead-spot')) assert.ok(lasts >= shortestDeadSpot && lasts <= plan.longestDeadSpot)
          else assert.equal(lasts, 0)
        }
      }),
    )
  })
  test('leaves at least two seconds between the end of an incident and the next, and gives nothing after its end', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { incidents, orders, stops } = driveOf('v1', plan)
        for (const [at, { after, lasts }] of incidents.slice(0, -1).entries())
          assert.ok(incidents[at + 1]!.after - after - lasts >= 1999) // both are rounded
        for (const at of [...orders, ...stops, ...incidents.map(({ after }) => after)])
          assert.ok(at >= 0 && at <= plan.lasts)
        assert.deepEqual(
          orders,
          orders.toSorted((a, b) => a - b),
        )
      }),
    )
  })
})

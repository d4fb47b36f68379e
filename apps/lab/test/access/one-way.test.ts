import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Capacity } from '../../src/access/capacity.ts'
import { createDelay, maxJitter } from '../../src/access/delay.ts'
import { createLoss, type Loss } from '../../src/access/loss.ts'
import { OneWay, type OneWayProfile } from '../../src/access/one-way.ts'
import { isOut } from '../../src/access/outage.ts'
import { accessProfiles } from '../../src/access/profile.ts'
import { createRandom } from '../../src/random.ts'

const plain: OneWayProfile = {
  capacity: { kind: 'rate', bitsPerSecond: 8_000_000 }, // an octet is a microsecond
  delay: { mean: 20, jitter: 0, shape: 'lognormal' },
  loss: { kind: 'bernoulli', share: 0 },
  queue: 15_000,
}
const way = (profile: Partial<OneWayProfile> = {}): OneWay<number> =>
  new OneWay({ ...plain, ...profile }, createRandom('test'), 0)

/** Every packet that arrives, with its time, when the engine is asked at each `nextAt`. */
function arrivals(engine: OneWay<number>): readonly (readonly [packet: number, at: number])[] {
  const found: (readonly [number, number])[] = []
  for (let at = engine.nextArrival; at !== undefined; at = engine.nextArrival) found.push([engine.take(at)!, at])
  return found
}

describe('one direction of an access link', () => {
  test('delivers a packet after the time to send it and the delay, not before', () => {
    const engine = way()
    assert.equal(engine.offer(1, 1000, 100), 'carried')
    assert.equal(engine.take(120.99), undefined)
    assert.equal(engine.nextArrival, 121)
    assert.equal(engine.take(121), 1)
  })

  test('sends one packet after the other at its rate', () => {
    const engine = way()
    for (const packet of [1, 2, 3]) engine.offer(packet, 1000, 0)
    assert.deepEqual(arrivals(engine), [
      [1, 21],
      [2, 22],
      [3, 23],
    ]) // prettier
  })

  test('drops what finds the queue full, and has room again when that drained', () => {
    const engine = way({ queue: 2500 })
    assert.deepEqual(
      [1, 2, 3].map((packet) => engine.offer(packet, 1000, 0)),
      ['carried', 'carried', 'full'],
    )
    assert.equal(engine.offer(4, 1000, 1), 'carried')
    assert.deepEqual(engine.fates, { carried: 3, lost: 0, full: 1, out: 0 })
  })

  test('takes a packet larger than its queue when nobody waits', () => {
    assert.equal(way({ queue: 100 }).offer(1, 1000, 0), 'carried')
  })

  test('carries nothing while dead, and nothing of before once cleared', () => {
    const engine = way()
    engine.offer(1, 1000, 0)
    engine.state = 'dead'
    engine.clear()
    assert.equal(engine.offer(2, 1000, 1), 'out')
    engine.state = 'alive'
    engine.offer(3, 1000, 2)
    assert.deepEqual(
      arrivals(engine).map(([packet]) => packet),
      [3],
    )
  })

  test('counts packets in flight when the network dies, and one whose interface was down, as out', () => {
    const engine = way({ delay: { mean: 300, jitter: 10, shape: 'lognormal' }, queue: Infinity })
    let arrived = 0
    for (let now = 0; now < 3000; now += 2) {
      while (engine.take(now) !== undefined) arrived++
      if (now < 1000) engine.offer(now, 1200, now)
      if (now !== 1000) continue
      engine.state = 'dead'
      engine.clear()
    }
    assert.ok(arrived > 300 && arrived < 400)
    assert.deepEqual(engine.fates, { carried: arrived, lost: 0, full: 0, out: 500 - arrived })
    engine.fail()
    assert.deepEqual(engine.fates, { carried: arrived - 1, lost: 0, full: 0, out: 501 - arrived })
  })

  test('carries nothing during outages', () => {
    const engine = way({ outages: { every: 1000, lasts: 100, offset: 500 } })
    assert.deepEqual(
      [499, 500, 599.9, 600].map((now) => engine.offer(now, 100, now)),
      ['carried', 'out', 'out', 'carried'],
    )
  })

  test('keeps the order and never delivers early, whatever the jitter, the loss and the capacity', () => {
    const capacity = fc.oneof(
      fc.record({ kind: fc.constant('rate' as const), bitsPerSecond: fc.integer({ min: 1e4, max: 1e9 }) }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }).map((steps): Capacity => ({
        kind: 'trace',
        opportunities: steps.map((_, at) => steps.slice(0, at + 1).reduce((a, b) => a + b)),
      })),
    )
    const packets = fc.array(fc.tuple(fc.integer({ min: 40, max: 1514 }), fc.double({ min: 0, max: 30, noNaN: true })))
    const shape = fc.constantFrom('lognormal' as const, 'pareto' as const)
    fc.assert(
      fc.property(
        capacity,
        packets,
        shape,
        fc.double({ min: 0, max: 9.5, noNaN: true }),
        (capacity, packets, shape, jitter) => {
          const engine = way({
            capacity,
            delay: { mean: 10, jitter, shape },
            loss: { kind: 'bernoulli', share: 0.2 },
            queue: 4000,
          })
          let now = 0
          const sentAt = packets.map(([octets, pause], packet) => {
            now += pause
            engine.offer(packet, octets, now)
            return now
          })
          const found = arrivals(engine)
          assert.ok(found.every(([packet, at]) => at > sentAt[packet]!))
          assert.ok(
            found.every(
              ([packet, at], index) => index === 0 || (found[index - 1]![0] < packet && found[index - 1]![1] <= at),
            ),
          )
          assert.equal(found.length, engine.fates.carried)
        },
      ),
    )
  })
})

describe('a trace of delivery opportunities', () => {
  const trace = (...opportunities: readonly number[]): OneWay<number> =>
    way({ capacity: { kind: 'trace', opportunities }, delay: { mean: 0, jitter: 0, shape: 'lognormal' } })

  test('lets 1,500 octets of any packets pass at each', () => {
    const engine = trace(10, 20, 30)
    for (const packet of [1, 2, 3, 4]) engine.offer(packet, 750, 0)
    assert.deepEqual(arrivals(engine), [
      [1, 10],
      [2, 10],
      [3, 20],
      [4, 20],
    ])
  })

  test('loses those that nobody used', () => {
    const engine = trace(10, 20, 30)
    engine.offer(1, 1500, 15)
    assert.deepEqual(arrivals(engine), [[1, 20]])
  })

  test('starts over after its last one', () => {
    const engine = trace(10, 30)
    for (const [packet, now] of [
      [1, 25],
      [2, 25],
      [3, 65],
    ] as const)
      engine.offer(packet, 1500, now)
    assert.deepEqual(arrivals(engine), [
      [1, 30],
      [2, 40],
      [3, 70],
    ])
  })

  test('carries in the long run what it says', () => {
    const engine = trace(1, 2, 4, 8)
    const arrived: number[] = []
    for (let now = 0; now < 8000; now++) {
      engine.offer(now, 1000, now)
      while (engine.take(now) !== undefined) arrived.push(now)
    }
    assert.ok(Math.abs(arrived.length * 1000 - 4000 * 1500) < 20_000, `${arrived.length * 1000} octets`)
  })
})

/** Share that is lost in the long run. */
function meanLoss(loss: Loss): number {
  if (loss.kind === 'bernoulli') return loss.share
  const { toBad, toGood, inGood, inBad } = loss
  const bad = toBad / (toBad + toGood)
  return bad * inBad + (1 - bad) * inGood
}

describe('loss', () => {
  const lossy: readonly Loss[] = [
    { kind: 'bernoulli', share: 0.04 },
    { kind: 'gilbert-elliott', toBad: 0.01, toGood: 0.2, inGood: 0.001, inBad: 0.5 },
  ]
  for (const loss of lossy) {
    test(`by ${loss.kind} loses the share that follows from its numbers`, () => {
      const isLost = createLoss(loss, createRandom('loss'))
      const lost = Array.from({ length: 200_000 }, isLost).filter(Boolean).length / 200_000
      assert.ok(Math.abs(lost / meanLoss(loss) - 1) < 0.1, `${lost} instead of ${meanLoss(loss)}`)
    })
  }

  test('by gilbert-elliott comes in bursts: a loss follows a loss more often than anything', () => {
    const isLost = createLoss(lossy[1]!, createRandom('bursts'))
    const lost = Array.from({ length: 200_000 }, isLost)
    const after = lost.filter((_, at) => at > 0 && lost[at - 1])
    assert.ok(after.filter(Boolean).length / after.length > 5 * meanLoss(lossy[1]!))
  })
})

describe('delay', () => {
  const statisticsOf = (samples: readonly number[]): { readonly mean: number; readonly deviation: number } => {
    const mean = samples.reduce((sum, sample) => sum + sample) / samples.length
    return { mean, deviation: Math.sqrt(samples.reduce((sum, each) => sum + (each - mean) ** 2, 0) / samples.length) }
  }

  for (const shape of ['lognormal', 'pareto'] as const) {
    test(`with ${shape} jitter has the mean and the deviation that it was given, between samples too`, () => {
      const delayAt = createDelay({ mean: 40, jitter: 5, shape }, createRandom(shape))
      const { mean, deviation } = statisticsOf(Array.from({ length: 100_000 }, (_, at) => delayAt(at * 17.3)))
      assert.ok(Math.abs(mean - 40) < 0.2, `mean ${mean}`)
      assert.ok(Math.abs(deviation - 5) < 0.2, `deviation ${deviation}`)
    })

    test(`with ${shape} jitter is above zero at the largest jitter`, () => {
      const delayAt = createDelay({ mean: 10, jitter: 10 * maxJitter, shape }, createRandom(shape))
      const samples = Array.from({ length: 100_000 }, (_, at) => delayAt(at * 17.3))
      assert.ok(samples.every((sample) => sample > 0))
    })
  }

  for (const [name, { delay }] of Object.entries(accessProfiles)) {
    for (const perSecond of [1, 200, 1000]) {
      test(`of ${name} is what its profile says for ${perSecond} packets a second that keep their order`, () => {
        const engine = way({ capacity: { kind: 'rate', bitsPerSecond: 1e12 }, delay, queue: Infinity })
        const count = Math.max(10_000, perSecond * 10 * delay.jitter) // some thousand samples of the jitter
        const took: number[] = []
        for (let packet = 0; packet < count; packet++) {
          const now = (packet * 1000) / perSecond
          for (let at = engine.nextArrival; at !== undefined && at <= now; at = engine.nextArrival)
            took.push(at - (engine.take(at)! * 1000) / perSecond)
          engine.offer(packet, 100, now)
        }
        const { mean, deviation } = statisticsOf(took)
        assert.ok(Math.abs(mean / delay.mean - 1) < 0.05, `mean ${mean}`)
        assert.ok(Math.abs(deviation - delay.jitter) <= 0.1 * delay.jitter + 1e-3, `deviation ${deviation}`)
      })
    }
  }
})

test('outages come once a period, counted from 1970', () => {
  const outages = { every: 15_000, lasts: 60, offset: 12_000 }
  const at = Date.UTC(2026, 0, 1)
  assert.deepEqual(
    [11_999, 12_000, 12_059, 12_060, 27_000].map((ms) => isOut(outages, at + ms)),
    [false, true, true, false, true],
  )
})

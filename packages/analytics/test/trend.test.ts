import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { halfWidth95, ipv6ShareOf, samplingVariance, theilSen } from '../src/index.ts'

/** xorshift32 in 0..1, so that failures are reproducible. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

describe('Theil–Sen', () => {
  test('is the median of all slopes', () => {
    const point = fc.record({ x: fc.nat({ max: 100 }), y: fc.nat({ max: 100 }) }, { noNullPrototype: true })
    fc.assert(
      fc.property(fc.array(point, { minLength: 20, maxLength: 40 }), (points) => {
        const found = theilSen(points)
        if (new Set(points.map(({ x }) => x)).size < 10) return assert.equal(found, null)
        const slopes = points
          .flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x)))
          .filter(Number.isFinite)
          .sort((a, b) => a - b)
        const middle = (slopes[(slopes.length - 1) >> 1]! + slopes[slopes.length >> 1]!) / 2
        assert.ok(Math.abs(found!.slope - middle) < 1e-12)
        assert.ok(found!.low <= found!.slope && found!.slope <= found!.high)
      }),
      { numRuns: 30 },
    )
  })

  test('finds a line through points of which a quarter are arbitrary', () => {
    const points = Array.from({ length: 60 }, (_, x) => ({ x, y: x % 4 === 0 ? 1e6 * Math.sin(x) : 3 + 0.5 * x }))
    assert.ok(Math.abs(theilSen(points)!.slope - 0.5) < 1e-9)
  })

  test('gives Sen’s interval for ten points (n = 10, variance 125, reach 21.9 of 45 slopes)', () => {
    const ys = [1, 3, 2, 5, 4, 7, 6, 9, 8, 10]
    const slopes = ys.flatMap((a, i) => ys.slice(i + 1).map((b, j) => (b - a) / (j + 1))).sort((a, b) => a - b)
    const found = theilSen(ys.map((y, x) => ({ x, y })))!
    assert.deepEqual([found.low, found.slope, found.high], [slopes[11], slopes[22], slopes[34]])
  })

  test('the interval contains the true slope in about 95 of 100 cases', () => {
    const random = createRandom(5)
    const normal = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())
    let held = 0
    for (let run = 0; run < 300; run++) {
      const { low, high } = theilSen(Array.from({ length: 20 }, (_, x) => ({ x, y: 0.3 * x + 2 * normal() })))!
      if (low <= 0.3 && 0.3 <= high) held++
    }
    assert.ok(held >= 300 * 0.92 && held <= 300 * 0.985, `${held} of 300`)
  })

  test('is null with fewer than ten points at different times', () => {
    const points = Array.from({ length: 9 }, (_, x) => ({ x, y: x }))
    assert.equal(theilSen(points), null)
    assert.equal(theilSen([...points, ...points]), null)
  })

  test('of very many points it uses evenly spaced ones', () => {
    const points = Array.from({ length: 2500 }, (_, x) => ({ x, y: 2 * x }))
    assert.equal(theilSen(points)!.slope, 2)
  })
})

describe('IPv6 share', () => {
  const hour = 3_600_000

  test('is by volume, and its trend is in points of share per day', () => {
    const points = Array.from({ length: 48 }, (_, index) => ({
      at: index * hour,
      ipv4: 1000 - index * 10,
      ipv6: index * 10,
    }))
    const { share, trend } = ipv6ShareOf(points)
    assert.ok(Math.abs(share! - 0.235) < 1e-12)
    assert.ok(Math.abs(trend!.perDay - 0.24) < 1e-9)
    assert.ok(trend!.low <= trend!.perDay && trend!.perDay <= trend!.high)
  })

  test('is unknown without traffic; such steps do not affect the trend', () => {
    assert.deepEqual(ipv6ShareOf([{ at: 0, ipv4: 0, ipv6: 0 }]), { share: null, trend: null })
    assert.deepEqual(ipv6ShareOf([]), { share: null, trend: null })
    const points = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? { at: index * hour, ipv4: 3, ipv6: 1 } : { at: index * hour, ipv4: 0, ipv6: 0 },
    )
    assert.deepEqual(ipv6ShareOf(points), { share: 0.25, trend: { perDay: 0, low: 0, high: 0 } })
  })
})

describe('sampling error', () => {
  test('the 95 % interval contains the true volume in 93..97 of 100 cases, if packets of a flow have one size', () => {
    const random = createRandom(11)
    const rate = 10
    const flows = Array.from({ length: 60 }, (_, index) => ({ packets: 5 + index, size: 64 + ((index * 211) % 1400) }))
    const exact = flows.reduce((sum, { packets, size }) => sum + packets * size, 0)
    const runs = 800
    let held = 0
    for (let run = 0; run < runs; run++) {
      let [octets, variance] = [0, 0]
      for (const { packets, size } of flows) {
        let taken = 0
        for (let packet = 0; packet < packets; packet++) if (random() < 1 / rate) taken++
        if (taken === 0) continue
        octets += taken * size * rate
        variance += samplingVariance(taken * size, taken, rate)
      }
      if (Math.abs(octets - exact) <= halfWidth95(variance)) held++
    }
    assert.ok(held >= runs * 0.93 && held <= runs * 0.97, `${held} of ${runs}`)
  })

  test('is 0 without sampling', () => {
    assert.equal(samplingVariance(1e9, 1e6, 1), 0)
    assert.equal(samplingVariance(1e9, 1e6, 0), 0)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { InterfaceCounters } from '@vagus/flow'
import { coverage, CounterTable, type InterfaceLoad, linkLoadsOf, samplesPerInterface, windowOf } from '../src/index.ts'
import { domain, p1, pe1 } from './fixture.ts'

const t0 = 1_700_000_000_000
const sampleOf = (given: Partial<InterfaceCounters> & { readonly at: number }): InterfaceCounters => ({
  exporter: 11,
  ifIndex: 1,
  ifName: 'eth1',
  uptimeMs: given.at - t0 + 1_000_000,
  ifSpeed: 1e9,
  adminUp: true,
  operUp: true,
  inOctets: 0n,
  outOctets: 0n,
  inPackets: 0,
  outPackets: 0,
  inDiscards: 0,
  outDiscards: 0,
  inErrors: 0,
  outErrors: 0,
  ...given,
})
const tableOf = (...samples: readonly InterfaceCounters[]): CounterTable => {
  const table = new CounterTable()
  for (const sample of samples) table.add(sample, pe1)
  return table
}
const inRate = (table: CounterTable, from: number, to: number): number | undefined =>
  table.rates(pe1, 1, windowOf(t0 + from, t0 + to))?.inBitsPerSecond

describe('counter table', () => {
  test('a rate is the traffic between the ends of the window, interpolated between samples', () => {
    const table = tableOf(
      sampleOf({ at: t0, inOctets: 1000n, inPackets: 5 }),
      sampleOf({ at: t0 + 10_000, inOctets: 11_000n, inPackets: 25 }),
      sampleOf({ at: t0 + 20_000, inOctets: 11_000n, inPackets: 25 }),
    )
    assert.equal(inRate(table, 0, 10_000), 8000)
    assert.equal(inRate(table, 5000, 15_000), 4000)
    assert.equal(table.rates(pe1, 1, windowOf(t0, t0 + 20_000))?.inPacketsPerSecond, 1)
  })

  test('restarts with samples of a clock that was set back', () => {
    const hour = 3_600_000
    const table = tableOf(
      sampleOf({ at: t0 + hour, inOctets: 1000n }),
      sampleOf({ at: t0, inOctets: 2000n }),
      sampleOf({ at: t0 + 10_000, inOctets: 12_000n }),
      sampleOf({ at: t0 + 9000, inOctets: 99_000n }),
    )
    assert.equal(inRate(table, 0, 10_000), 8000)
  })

  test('a window of which samples cover less than half is unknown', () => {
    const table = tableOf(sampleOf({ at: t0 }), sampleOf({ at: t0 + 10_000, inOctets: 1000n }))
    assert.equal(inRate(table, 0, 20_000), 800)
    assert.equal(inRate(table, 0, 21_000), undefined)
    assert.equal(inRate(table, 10_000, 20_000), undefined)
    assert.equal(inRate(tableOf(sampleOf({ at: t0 })), 0, 10_000), undefined)
    assert.equal(tableOf().rates(9, 9, windowOf(t0, t0 + 1)), undefined)
  })

  test('an impossible total is a broken counter, and does not affect other samples', () => {
    const table = tableOf(
      sampleOf({ at: t0 }),
      sampleOf({ at: t0 + 10_000, inOctets: 2n ** 64n - 2n }),
      sampleOf({ at: t0 + 20_000, inOctets: 0n }),
      sampleOf({ at: t0 + 30_000, inOctets: 1000n }),
      sampleOf({ at: t0 + 40_000, inOctets: 2000n }),
    )
    assert.equal(inRate(table, 20_000, 40_000), 800)
  })

  test('interfaces of the domain keep their slots, however many indices are forged', () => {
    const table = new CounterTable(domain.devices, 16)
    for (let index = 1000; index < 1100; index++) table.add(sampleOf({ at: t0, ifIndex: index }), p1)
    table.add(sampleOf({ at: t0 }), pe1)
    assert.ok(table.dropped > 80)
    assert.ok(table.latest(pe1, 1))
    assert.equal(table.interfaces().length, 100 - table.dropped + 1)
  })

  test('32-bit octets in a 64-bit field wrap', () => {
    const table = tableOf(
      sampleOf({ at: t0, inOctets: 2n ** 32n - 1000n }),
      sampleOf({ at: t0 + 10_000, inOctets: 9000n }),
    )
    assert.equal(inRate(table, 0, 10_000), 8000)
  })

  test('32-bit packets wrap', () => {
    const table = tableOf(sampleOf({ at: t0, inPackets: 2 ** 32 - 10 }), sampleOf({ at: t0 + 10_000, inPackets: 90 }))
    assert.equal(table.rates(pe1, 1, windowOf(t0, t0 + 10_000))?.inPacketsPerSecond, 10)
  })

  test('a restart is left out, whether the uptime or the octets show it', () => {
    const restarts: readonly Partial<InterfaceCounters>[] = [{ uptimeMs: 100, inOctets: 50_000n }, { inOctets: 5n }]
    for (const restart of restarts) {
      const uptimeMs = restart.uptimeMs ?? 1_020_000
      const table = tableOf(
        sampleOf({ at: t0, inOctets: 2n ** 40n }),
        sampleOf({ at: t0 + 10_000, inOctets: 2n ** 40n + 10_000n }),
        sampleOf({ at: t0 + 20_000, ...restart }),
        sampleOf({ at: t0 + 30_000, uptimeMs: uptimeMs + 10_000, inOctets: restart.inOctets! + 10_000n }),
      )
      const rates = table.rates(pe1, 1, windowOf(t0, t0 + 30_000))
      assert.deepEqual([rates?.inBitsPerSecond, rates?.knownSeconds], [8000, 20])
    }
  })

  test('an uptime that wraps after 49.7 days is not a restart', () => {
    const table = tableOf(
      sampleOf({ at: t0, uptimeMs: 2 ** 32 - 5000 }),
      sampleOf({ at: t0 + 10_000, uptimeMs: 5000, inOctets: 10_000n }),
    )
    assert.equal(inRate(table, 0, 10_000), 8000)
  })

  test('samples out of order are ignored, a sample close to the previous one replaces it', () => {
    const table = tableOf(
      sampleOf({ at: t0 }),
      sampleOf({ at: t0 + 10_000, inOctets: 10_000n }),
      sampleOf({ at: t0 + 5000, inOctets: 99_000n }),
      sampleOf({ at: t0 + 10_500, inOctets: 10_500n }),
      sampleOf({ at: t0 + 11_000, inOctets: 11_000n }),
    )
    assert.equal(inRate(table, 0, 11_000), 8000)
    assert.equal(table.latest(pe1, 1)?.inOctets, 11_000n)
  })

  test('any samples give the rate between the first and the last', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.nat({ max: 1e9 })), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(steps, (list) => {
        let [at, octets] = [t0, 0]
        const samples = [sampleOf({ at })]
        for (const [ms, more] of list) {
          at += ms
          octets += more
          samples.push(sampleOf({ at, inOctets: BigInt(octets) }))
        }
        const wanted = (octets * 8) / ((at - t0) / 1000)
        const rate = tableOf(...samples).rates(pe1, 1, windowOf(t0, at))!.inBitsPerSecond
        assert.ok(Math.abs(rate - wanted) <= wanted * 1e-9, `${rate}, wanted ${wanted}`)
      }),
    )
  })

  test('knows all of the longest live window that ends the longest before now', () => {
    const samples = Array.from({ length: 400 }, (_, index) =>
      sampleOf({ at: t0 + index * 2500, inOctets: BigInt(index * 2500) }),
    )
    const to = t0 + 400 * 2500 - 125_000
    assert.equal(tableOf(...samples).rates(pe1, 1, windowOf(to - 300_000, to))?.knownSeconds, 300)
  })

  test('keeps a bounded number of samples', () => {
    const count = samplesPerInterface + 50
    const table = tableOf(
      ...Array.from({ length: count }, (_, index) =>
        sampleOf({ at: t0 + index * 5000, inOctets: BigInt(index * 5000) }),
      ),
    )
    const end = (count - 1) * 5000
    assert.equal(inRate(table, end - 300_000, end), 8000)
    assert.equal(inRate(table, 0, 100_000), undefined)
  })

  test('follows no more interfaces than fit, and counts the dropped samples', () => {
    const table = new CounterTable([], 2)
    for (let ifIndex = 1; ifIndex <= 5; ifIndex++) table.add(sampleOf({ at: t0, ifIndex }), pe1)
    assert.equal(table.dropped, 3)
    assert.deepEqual(table.interfaces(), [
      { device: pe1, ifIndex: 1 },
      { device: pe1, ifIndex: 2 },
    ])
  })
})

const loadOf = (device: number, ifIndex: number, inBits: number | null, outBits: number | null): InterfaceLoad => ({
  device,
  ifIndex,
  inBitsPerSecond: inBits,
  inIpv6BitsPerSecond: inBits === null ? null : 0,
  outBitsPerSecond: outBits,
  outIpv6BitsPerSecond: outBits === null ? null : 0,
  inFrom: inBits === null ? null : 'interface',
  outFrom: outBits === null ? null : 'interface',
})
/** 10 s in which 1000 packets of `octets` IP octets each entered and half as many left, in Ethernet frames. */
const busy = (device: number, ifIndex: number, octets: number, table = new CounterTable()): CounterTable => {
  table.add(sampleOf({ at: t0, ifIndex }), device)
  const frames = BigInt(1000 * (octets + 14))
  table.add(
    sampleOf({ at: t0 + 10_000, ifIndex, inOctets: frames, inPackets: 1000, outOctets: frames / 2n, outPackets: 500 }),
    device,
  )
  return table
}
const window = windowOf(t0, t0 + 10_000)

describe('coverage', () => {
  test('is 1 when flows have all IP octets, as layer-2 headers are subtracted', () => {
    const asked = [{ device: pe1, ifIndex: 1, direction: 'in' as const }]
    const found = coverage(asked, [loadOf(pe1, 1, 80_000, null)], busy(pe1, 1, 100), window)
    assert.deepEqual(found, {
      window,
      share: 1,
      flowBitsPerSecond: 80_000,
      counterBitsPerSecond: 80_000,
      interfaces: 1,
    })
  })

  test('counts interfaces without flows as not covered, and leaves out those without counters', () => {
    const asked = [1, 2, 3].map((ifIndex) => ({ device: pe1, ifIndex, direction: 'in' as const }))
    const counters = busy(pe1, 2, 100, busy(pe1, 1, 100))
    const found = coverage(asked, [loadOf(pe1, 1, 80_000, null), loadOf(pe1, 3, 5e6, null)], counters, window)
    assert.deepEqual([found.share, found.interfaces], [0.5, 2])
  })

  test('is unknown without counters, and when they saw almost nothing', () => {
    const asked = [{ device: pe1, ifIndex: 1, direction: 'in' as const }]
    assert.equal(coverage(asked, [loadOf(pe1, 1, 8e6, null)], new CounterTable(), window).share, null)
    const idle = tableOf(sampleOf({ at: t0 }), sampleOf({ at: t0 + 10_000, inOctets: 1000n }))
    assert.equal(coverage(asked, [], idle, window).share, null)
  })
})

describe('link loads', () => {
  const of = (loads: readonly InterfaceLoad[], counters: CounterTable) => linkLoadsOf(domain, loads, counters, window)

  test('compare counters and flows at one end, and prefer counters for the load', () => {
    // core-1 is pe-1 eth2 (index 2) to p-1 eth1 (index 1).
    const counters = busy(p1, 1, 986)
    const [core] = of([loadOf(p1, 1, 394_400, null), loadOf(pe1, 2, 100_000, 788_000)], counters)
    assert.equal(core?.state, 'up')
    assert.deepEqual(core?.aToZ, {
      bitsPerSecond: 800_000,
      utilisation: 0.008,
      fromFlows: 394_400,
      fromCounters: 800_000,
      coverage: 0.5,
    })
    assert.deepEqual(core?.zToA, {
      bitsPerSecond: 400_000,
      utilisation: 0.004,
      fromFlows: 100_000,
      fromCounters: 400_000,
      coverage: null,
    })
  })

  test('a link to a site is measured at its only device', () => {
    const [, office] = of([loadOf(pe1, 1, 5e6, 1e6)], new CounterTable())
    assert.equal(office?.state, 'unknown')
    assert.deepEqual(
      [office?.aToZ, office?.zToA].map((each) => [each?.bitsPerSecond, each?.utilisation, each?.coverage]),
      [
        [5e6, 0.5, null],
        [1e6, 0.1, null],
      ],
    )
  })

  test('a link without measurements has an unknown load, not zero', () => {
    const [core] = of([], new CounterTable())
    assert.deepEqual([core?.aToZ.bitsPerSecond, core?.aToZ.utilisation, core?.state], [null, null, 'unknown'])
  })

  test('a link is down when one of its ends is', () => {
    const counters = busy(p1, 1, 100)
    counters.add(sampleOf({ at: t0, ifIndex: 2, operUp: false }), pe1)
    assert.equal(of([], counters)[0]?.state, 'down')
  })
})

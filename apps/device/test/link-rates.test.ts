import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LinkKey, LinkPublisher } from '@vagus/bgp/telemetry'
import type { Interface } from '@vagus/linux'
import { LinkRates, type Rates, windows } from '../src/link-rates.ts'

const ifIndex = 4
/** 1 Gbit/s, in octets per second. */
const capacity = 125e6
const threshold = 0.8 * capacity

function read(rates: LinkRates, at: number, octets: number, drops?: number): void {
  const counters = { index: ifIndex, inOctets: 0n, outOctets: BigInt(Math.round(octets)) } as Interface
  rates.take([counters], drops === undefined ? [] : [{ ifIndex, kind: 'tbf', drops, backlog: 0 }], at)
}

interface Seen {
  readonly at: number
  readonly quick: Rates | undefined
  readonly calm: Rates | undefined
}

/** Reads ten times a second what `octetsAt` says. */
function run(rates: LinkRates, from: number, to: number, octetsAt: (at: number) => number): readonly Seen[] {
  return Array.from({ length: (to - from) / 100 }, (_, step) => {
    const at = from + 100 * step
    read(rates, at, octetsAt(at))
    return { at, quick: rates.of(ifIndex, windows.congested), calm: rates.of(ifIndex, windows.calm) }
  })
}

/** What a driver shows that copies its counters every `period` milliseconds. */
const copiedEvery =
  (period: number, octetsAt: (at: number) => number) =>
  (at: number): number =>
    octetsAt(Math.floor(at / period) * period)

describe('counters that are copied seldom', () => {
  for (const period of [250, 1000, 2000]) {
    test(`every ${period} ms: a steady 30 % stay 30 %, and nothing is congested`, () => {
      const steady = copiedEvery(period, (at) => (0.3 * capacity * at) / 1000)
      const seen = run(new LinkRates(), 0, 60_000, steady).filter(({ at }) => at >= 3000) // a whole window
      const uses = seen.flatMap(({ quick }) => quick?.out ?? [])
      assert.ok(uses.length > 500)
      assert.ok(Math.min(...uses) >= 0.27 * capacity && Math.max(...uses) <= 0.33 * capacity)
    })
  }

  test('are announced no more often than a quiet link must be', () => {
    const rates = new LinkRates()
    const publisher = new LinkPublisher(1n)
    const key = { instance: 0, local: { as: 1, bgpIdentifier: 1 }, remote: { as: 2 }, interface: ifIndex } as LinkKey
    const link = { key, name: 'pe-1:eth1', capacity, received: 0, threshold, confidence: 50 }
    const seen = run(
      rates,
      0,
      60_000,
      copiedEvery(1000, (at) => (0.3 * capacity * at) / 1000),
    )
    const announced = seen.filter(({ at, quick }) => {
      if (quick === undefined) return false
      const { out: utilised, drops, window } = quick
      return publisher.observe('4', { ...link, utilised, drops, window }, 1e12 + at) !== undefined
    })
    assert.equal(announced.length, 2)
  })

  test('are those of an idle interface when they stood for five seconds', () => {
    const seen = run(
      new LinkRates(),
      0,
      20_000,
      copiedEvery(1000, (at) => (0.9 * capacity * Math.min(at, 8000)) / 1000),
    )
    assert.equal(seen.find(({ at, quick }) => at > 5000 && quick?.out === 0)?.at, 13_000)
  })
})

describe('counters that move with every packet', () => {
  /** Idle but for a probe of 100 octets every two seconds, 300 ms of traffic at first, and full from `start` on. */
  const busyFrom = (start: number) => (at: number) =>
    100 * Math.floor(at / 2000) + capacity * (Math.min(at, 300) / 1000 + Math.max(0, at - start) / 1000)

  test('show congestion in the first reading after it began, also after a minute of silence', () => {
    const seen = run(new LinkRates(), 0, 61_000, busyFrom(60_000))
    assert.equal(seen.find(({ at, quick }) => at > 1000 && (quick?.out ?? 0) >= threshold)?.at, 60_100)
  })

  test('show it in the second when nothing was ever sent before but probes', () => {
    const seen = run(new LinkRates(), 400, 61_000, busyFrom(60_050))
    assert.equal(seen.find(({ quick }) => (quick?.out ?? 0) >= threshold)?.at, 60_200)
  })

  test('show the end of traffic within the window', () => {
    const rates = new LinkRates()
    const seen = run(rates, 0, 2000, (at) => capacity * (Math.min(at, 1000) / 1000))
    assert.equal(seen.find(({ quick }) => quick?.out === 0)?.at, 1100)
    assert.equal(seen.find(({ calm }) => calm?.out === 0)?.at, 1500)
  })
})

describe('an interface that carries nothing', () => {
  test('has no figures until it did so for five seconds, then 0', () => {
    const seen = run(new LinkRates(), 0, 6000, () => 77)
    assert.deepEqual(
      seen.find(({ calm }) => calm !== undefined),
      {
        at: 5000,
        quick: { out: 0, received: 0, drops: 0, window: 5000 },
        calm: { out: 0, received: 0, drops: 0, window: 5000 },
      },
    )
  })
})

describe('traffic in bursts', () => {
  for (const [on, off] of [
    [200, 200],
    [150, 350],
    [300, 300],
  ] as const)
    test(`of ${on} ms on the average with ${off} ms between them is seldom called congestion`, () => {
      const random = randomFrom(7)
      let [isOn, until, octets] = [false, 0, 0]
      const rates = new LinkRates()
      const publisher = new LinkPublisher(1n)
      const key = { instance: 0, local: { as: 1, bgpIdentifier: 1 }, remote: { as: 2 }, interface: ifIndex } as LinkKey
      const link = { key, name: 'pe-1:eth1', capacity, threshold, confidence: 50 }
      const verdicts: string[] = []
      const minutes = 20
      for (let at = 0; at < minutes * 60_000; at += 10) {
        if (at >= until) {
          isOn = !isOn
          until = at - Math.log(1 - random()) * (isOn ? on : off)
        }
        if (isOn) octets += capacity / 100
        if (at % 100 !== 0) continue
        read(rates, at, octets)
        const [calm, quick] = [rates.of(ifIndex, windows.calm), rates.of(ifIndex, windows.congested)]
        if (calm === undefined || quick === undefined) continue
        publisher.observe('4', { ...link, ...usedOf(calm), quick: usedOf(quick) }, 1e12 + at)
        verdicts.push(publisher.congestionOf('4'))
      }
      const changes = verdicts.filter((one, at) => one !== (verdicts[at - 1] ?? 'no')).length
      assert.ok(changes >= 2 && changes <= 3 * minutes, `${changes} changes in ${minutes} minutes`)
      const share = verdicts.filter((one) => one !== 'no').length / verdicts.length
      assert.ok(share < 0.15, `congested for ${share} of the time`)
    })
})

const usedOf = ({ out, received, drops, window }: Rates) => ({ utilised: out, received, drops, window })

/** 0..1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
}

describe('drops', () => {
  const dropsAfter = (...counts: readonly (number | undefined)[]): number | undefined => {
    const rates = new LinkRates()
    for (const [reading, drops] of counts.entries()) read(rates, 100 * reading, 1000 * reading, drops)
    return rates.of(ifIndex, windows.congested)?.drops
  }

  test('are those of a second', () => assert.equal(dropsAfter(0, 0, 5), 50))
  test('go on where 32 bits end', () => assert.equal(dropsAfter(7, 2 ** 32 - 2, 3), 50))
  test('of a qdisc that replaced another are those since', () => assert.equal(dropsAfter(500, 520, 4), 40))
  test('are none where the queue is gone, and when it is back', () => {
    assert.equal(dropsAfter(500, 520, undefined), 0)
    assert.equal(dropsAfter(500, 520, undefined, 520), 0)
  })
})

describe('octets that go back', () => {
  test('have no rate across it', () => {
    const rates = new LinkRates()
    run(rates, 0, 1000, (at) => 1000 * at)
    const seen = run(rates, 1000, 1500, (at) => 10 * (at - 1000))
    assert.deepEqual(
      seen.map(({ quick }) => quick?.out),
      [undefined, undefined, 10_000, 10_000, 10_000],
    )
  })
})

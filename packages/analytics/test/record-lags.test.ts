import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hashKeyWords } from '@vagus/address'
import { LiveWindow, RecordLags } from '../src/index.ts'
import { blockOf, domain, enricherOf, factory, office, type Row } from './fixture.ts'

const hashKey = Uint32Array.from({ length: hashKeyWords }, (_, index) => Math.imul(index + 1, 0x9e3779b1))
const t0 = 1_700_000_000_000
const second = 1000

interface Export {
  /** Endless flows of 1 Mb/s, and the time between two records of each, milliseconds. */
  readonly flows: number
  readonly every: number
  readonly device?: number
  /** How far the exporter's clock is behind, milliseconds. */
  readonly behind?: number
  readonly octetsPerSecond?: number
}

/** Seconds of exports, block after block, each record when its flow's time is over; phases spread without a pattern. */
function play(exports: readonly Export[], seconds: number, take: (rows: readonly Row[], now: number) => void): void {
  for (let now = t0; now <= t0 + seconds * second; now += second) {
    const rows = exports.flatMap(({ flows, every, device = 1, behind = 0, octetsPerSecond = 125_000 }) =>
      Array.from({ length: flows }, (_, flow): Row | undefined => {
        const sinceEnd = (now - t0 + ((flow * 0.618_034) % 1) * every) % every
        if (sinceEnd >= second) return undefined
        const end = Math.round(now - sinceEnd - behind)
        const octets = (octetsPerSecond * every) / 1000
        return { device, srcPort: 1024 + flow, start: end - every, end, octets, packets: 100 }
      }).filter((row) => row !== undefined),
    )
    take(rows, now)
  }
}

function lagsOf(exports: readonly Export[], seconds = 200): RecordLags {
  const lags = new RecordLags()
  play(exports, seconds, (rows, now) => lags.learn(blockOf(rows), now))
  return lags
}
const end = t0 + 200 * second

describe('the matrix of the last minute is true', () => {
  const enricher = enricherOf()
  const megabitsOf = (exported: Export): number => {
    const lags = new RecordLags()
    const live = new LiveWindow({ domain, deviceOf: enricher.deviceOf, startedAt: t0, hashKey, lags })
    play([exported], 200, (rows, now) => {
      const block = blockOf(rows)
      enricher.enrich(block)
      live.add(block, now)
    })
    const { ipv4, window } = live.matrix('sites', 60, end)
    assert.equal(window.seconds, 60)
    return ipv4[(office - 1) * domain.sites.length + factory - 1]! / 1e6
  }
  for (const [what, exported] of Object.entries({
    'with an active timeout of a minute': { flows: 60, every: 60 * second },
    'with an active timeout of 5 s': { flows: 60, every: 5 * second },
    'with a clock that is a minute behind': { flows: 60, every: 5 * second, behind: 59 * second },
  })) {
    test(what, () => {
      const megabits = megabitsOf(exported)
      assert.ok(Math.abs(megabits - 60) <= 0.03 * 60, `${megabits} Mb/s, wanted 60`)
    })
  }
})

describe('windows end', () => {
  const minute: Export = { flows: 60, every: 60 * second }
  const short: Export = { flows: 60, every: 5 * second, device: 2 }

  test('10 s before now while records come soon, and before any came', () => {
    assert.equal(new RecordLags().lagAt(t0), 10 * second)
    assert.equal(lagsOf([short]).lagAt(end), 10 * second)
  })

  test('when nearly all records have come, and not much later', () => {
    const lag = lagsOf([minute, short]).lagAt(end)
    assert.ok(lag >= 60 * second && lag <= 65 * second, `${lag}`)
  })

  test('without waiting for an exporter that carries little', () => {
    assert.equal(lagsOf([{ ...minute, octetsPerSecond: 2000 }, short]).lagAt(end), 10 * second)
  })

  test('within minutes after the timeout was made shorter', () => {
    const lags = lagsOf([minute])
    play([short], 600, (rows, now) => lags.learn(blockOf(rows.map((row) => ({ ...row, device: 1 }))), now + 200_000))
    assert.equal(lags.lagAt(t0 + 800_000), 10 * second)
  })

  test('without counting records that were held back, such as for their template', () => {
    const lags = lagsOf([short])
    lags.learn(blockOf([{ device: 2, start: t0 - 1e6, end: t0 - 9e5, octets: 1e12 }]), end)
    assert.equal(lags.lagAt(end + second), 10 * second)
    assert.deepEqual(lags.lateAt(end + second), [])
  })

  test('no earlier than the first slice of a young window', () => {
    const lags = lagsOf([minute])
    const startedAt = end
    const live = new LiveWindow({ domain, deviceOf: enricherOf().deviceOf, startedAt, hashKey, lags })
    assert.deepEqual(live.windowAt(60, end + 30_000), { from: end, to: end + 5000, seconds: 5 })
    assert.deepEqual(live.windowAt(60, end + 12_000), { from: end - 5000, to: end, seconds: 5 })
  })
})

test('an exporter whose records come later than windows wait is named, with how late they come', () => {
  const lags = lagsOf(
    [
      { flows: 60, every: 300 * second, device: 2 },
      { flows: 60, every: 5 * second },
    ],
    700,
  )
  const now = t0 + 700 * second
  assert.equal(lags.lagAt(now), 120 * second)
  assert.deepEqual(lags.lateAt(now), [{ exporter: 12, lag: 300 * second + 60 * second }])
})

test('of a large block some rows tell', () => {
  const rows = Array.from({ length: 2000 }, (_, row) => ({ device: 1 + (row % 2), start: t0 - 60_000, end: t0 }))
  const lags = new RecordLags()
  lags.learn(blockOf(rows), t0)
  assert.equal(lags.lagAt(t0), 60 * second)
})

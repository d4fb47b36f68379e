import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashKeyWords } from '@vagus/address'
import { explain, LiveWindow } from '../../src/index.ts'
import { blockOf, domain, enricherOf, type Row } from '../fixture.ts'

const hashKey = Uint32Array.from({ length: hashKeyWords }, (_, index) => Math.imul(index + 1, 0x9e3779b1))
const t0 = 1_700_000_000_000
const enricher = enricherOf()

test('a scan of one host is found by its flows, though it is hardly an octet of the traffic', () => {
  const live = new LiveWindow({ domain, deviceOf: enricher.deviceOf, startedAt: t0, hashKey, lagMs: 0 })
  const add = (rows: readonly Row[], now: number): void => {
    const block = blockOf(rows)
    enricher.enrich(block)
    live.add(block, now)
  }
  const at = (second: number) => ({ start: t0 + second * 1000, end: t0 + second * 1000 + 900 })
  // 40 hosts talk for two minutes; in the second one, another host sends 60 octets to 3,000 addresses.
  for (let second = 0; second < 120; second += 5) {
    add(
      Array.from({ length: 40 }, (_, host) => ({
        ...at(second),
        src: `10.1.0.${host + 1}`,
        dst: '10.2.0.9',
        octets: 1e6,
      })),
      t0 + second * 1000 + 1000,
    )
  }
  const before = live.composition(60, t0 + 60_000)
  const scan = Array.from({ length: 3000 }, (_, host) => ({
    ...at(90),
    src: '10.1.0.66',
    dst: `10.2.${host >> 8}.${host & 255}`,
    octets: 60,
  }))
  add(scan, t0 + 91_000)
  const now = live.composition(60, t0 + 120_000)
  assert.ok(Math.abs(before.sources - 40) < 3 && Math.abs(before.destinations - 1) < 0.1)
  assert.ok(now.destinations > 2700 && now.destinations < 3300, `${now.destinations}`)
  const size = now.flowsPerSecond - before.flowsPerSecond
  const found = explain([before], now, { way: 'up', amount: 'flowsPerSecond', size })
  const sender = found.find(({ by }) => by === 'src')
  assert.deepEqual(
    sender?.items.map(({ key }) => key),
    ['10.1.0.66'],
  )
  assert.ok(sender.part > 0.95)
  assert.ok(now.bitsPerSecond < before.bitsPerSecond * 1.01, 'it is no matter of octets')
})

/** Answers over a time of which single records are no longer kept, from a store in a folder. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createFlowBlock, type FlowBlock } from '@vagus/flow'
import { type FlowStore, openFlowLog, openFlowStore } from '@vagus/store'
import type { View } from '../../src/domain/view.ts'
import type { TopRequest } from '../../src/http/backend.ts'
import { matrixOf } from '../../src/resources/matrix.ts'
import { topOf } from '../../src/resources/top.ts'

const second = 1000
const minute = 60 * second
/** Octets of a record, which lasts ten seconds: 8 Mb/s, begun as long ago as the state. */
const octets = 10_000_000
const rate = 8e6
/** Within a minute, so that it is not the end of a bucket. */
const now = Math.floor((Date.now() - 30 * second) / minute) * minute + 30 * second
const since = now - 14 * minute
const folder = mkdtempSync(join(tmpdir(), 'vagus-kept-'))
let store: FlowStore

/** Records from office to factory of the ten seconds before each `ends`. */
function blockOf(ends: readonly number[]): FlowBlock {
  const block = createFlowBlock(Math.ceil(ends.length / 8) * 8)
  block.length = ends.length
  for (const [row, end] of ends.entries()) {
    for (const [column, at] of [
      [block.end, end],
      [block.start, end - 10 * second],
    ] as const)
      // prettier-ignore
      column.set([at >>> 0, Math.floor(at / 2 ** 32)], row * 2)
    block.octets[row * 2] = octets
    block.packets[row * 2] = 10_000
    block.exporter[row] = block.ingressEdge[row] = block.egressEdge[row] = 1
    block.srcSite[row] = 1
    block.dstSite[row] = 2
    block.version[row] = 4
    block.counted[row] = 1
  }
  return block
}

before(async () => {
  const log = openFlowLog({ folder }, since)
  store = await openFlowStore({
    folder,
    retention: { raw: 60, minute: 86_400, fiveMinutes: 86_400, hour: 86_400 },
    maxOctets: 1e10,
    memoryOctets: 256 * 2 ** 20,
  })
  let block = 0
  /** Each record comes when it has ended. */
  const receive = async (from: number, to: number): Promise<void> => {
    for (let end = from + 10 * second; end <= to; end += 10 * second) block = log.append(blockOf([end]), end)!
    store.notify(block)
    await store.loaded(block)
  }
  await receive(since, now - 2 * minute)
  await store.seal() // which removes the records
  await receive(now - 2 * minute, now)
  log.close(now)
})
after(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const view = (): View =>
  ({
    now: () => now,
    since,
    store,
    config: { devices: [], sites: [{ name: 'office' }, { name: 'factory' }] },
    domain: { devices: [{ name: 'pe-1' }], sites: [{ name: 'office' }, { name: 'factory' }], applications: [] },
    addressOf: () => '192.0.2.1',
    directory: { deviceAt: () => undefined },
    collector: { ask: () => Promise.resolve({ window: { from: now - 1, to: now }, items: [] }) },
    measurements: { counters: new Map() },
    coverageHistory: { share: () => null },
  }) as unknown as View
const twenty = { milliseconds: 20 * minute, to: undefined }
const ask = (by: TopRequest['by']) => topOf(view(), { by, n: 5, window: twenty, filter: [] })
const isNear = (found: number, wanted: number): void =>
  assert.ok(Math.abs(found / wanted - 1) < 0.01, `${found} instead of ${wanted}`)

describe('a window of which single records were removed', () => {
  test('has its true rates by what the rollups know', async () => {
    const { total, items, keptSince } = await ask(['srcSite', 'dstSite'])
    isNear(total.bitsPerSecond, rate)
    assert.deepEqual([items[0]!.key, keptSince], [{ srcSite: 'office', dstSite: 'factory' }, undefined])
  })
  test('has the same in a matrix, which begins with the state and does not end in the future', async () => {
    const { total, window, bitsPerSecond } = await matrixOf(view(), 'sites', 'all', twenty)
    isNear(total, rate)
    isNear(bitsPerSecond[0]![1]!, rate)
    assert.equal(window.seconds, 14 * 60 - 10, 'but for what is on its way')
  })
  test('has it in any window of the past', async () => {
    const past = { milliseconds: 5 * minute, to: now - 4 * minute }
    const { total, window } = await matrixOf(view(), 'sites', 'all', past)
    isNear(total, rate)
    assert.equal(window.to, new Date(past.to + 30 * second).toISOString(), 'to the end of the minute')
  })
  test('begins where they are kept by anything else, and says so', async () => {
    const { total, window, keptSince } = await ask(['exporter'])
    isNear(total.bitsPerSecond, rate)
    assert.equal(keptSince, new Date(now - 2 * minute + 10 * second).toISOString())
    assert.deepEqual([window.from, window.seconds], [keptSince, 100])
  })
})

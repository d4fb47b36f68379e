/** The engine of the store, run in the thread of the test. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { eventually } from '../../../scripts/eventually.ts'
import { settingsOf } from '../src/flow-store-options.ts'
import { openFlowLog } from '../src/index.ts'
import { type EngineEvents, StoreEngine } from '../src/worker/store-engine.ts'
import { Upkeep } from '../src/worker/upkeep.ts'
import { blockOf } from './blocks.ts'

const minute = 60_000
const rows = 200

/** An engine with one block of the present, loaded and unsealed; single records are kept for a second. */
async function openEngine(t: TestContext, events: Partial<EngineEvents> = {}): Promise<StoreEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-engine-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const now = Date.now()
  const log = openFlowLog({ folder }, now)
  log.append(blockOf({ rows, end: now }), now)
  log.close(now)
  const retention = { raw: 1, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 }
  const settings = settingsOf({ folder, retention, maxOctets: 1e12, memoryOctets: 256 * 2 ** 20 })
  const engine = await StoreEngine.open(settings, {
    onEvent: () => undefined,
    onLoaded: () => undefined,
    onFailure: () => undefined,
    ...events,
  })
  t.after(() => engine.close())
  return engine
}

test('records are sealed and expire also when the clock was set back meanwhile', async (t) => {
  const engine = await openEngine(t)
  assert.equal(engine.stats().records, rows)
  const [clock, steady] = [Date.now.bind(Date), performance.now.bind(performance)]
  let passed = 6 * minute
  const back = 3 * minute
  t.mock.method(performance, 'now', () => steady() + passed)
  t.mock.method(Date, 'now', () => clock() + passed - back)
  await eventually('it is sealed', () => engine.stats().sealedTo === 1)
  passed += 2 * minute
  await eventually('it is removed', () => engine.stats().records === 0)
})

const fullDisk = (): never => {
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
}
const brokenDisk = (): never => {
  throw Object.assign(new Error('EIO: i/o error, unlink'), { code: 'EIO' })
}

test('a full disk that refuses removals is reported and retried, and does not stop the engine', async (t) => {
  const events: string[] = []
  const engine = await openEngine(t, { onEvent: ({ event }) => events.push(event) })
  const mocks = [
    t.mock.method(Upkeep.prototype, 'seal', async () => fullDisk()),
    t.mock.method(Upkeep.prototype, 'expire', brokenDisk),
  ]
  await assert.rejects(engine.seal(), {
    code: 'disk-full',
    message: 'ENOSPC: no space left on device; and old files cannot be removed: EIO: i/o error, unlink',
  })
  for (const { mock } of mocks) mock.restore()
  await eventually('it is sealed', () => engine.stats().sealedTo === 1)
  assert.deepEqual(events, ['store.replayed', 'store.disk-full', 'store.recovered'])
})

test('an error that upkeep cannot recover from is reported as a failure, which restarts the engine', async (t) => {
  const failure = Promise.withResolvers<string>()
  const engine = await openEngine(t, {
    onEvent({ event }) {
      if (event === 'store.failed') throw new Error('nobody hears it')
    },
    onFailure: failure.resolve,
  })
  t.mock.method(Upkeep.prototype, 'seal', async () => brokenDisk())
  const sealing = assert.rejects(engine.seal(), { code: 'closed' })
  assert.equal(await failure.promise, 'upkeep: nobody hears it')
  await engine.close()
  await sealing
})

/** Fills the disk of FOLDER, a small tmpfs, and frees it again: `disk-full-child.ts FOLDER`. Fails by an assertion. */
import assert from 'node:assert/strict'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../../scripts/eventually.ts'
import { openControlStore, openFlowLog, openFlowStore, type StoreEvent } from '../src/index.ts'
import { blockOf, octetsOf, within } from './blocks.ts'

const root = process.argv[2]!
const folder = join(root, 'flows')
const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000
const rows = 2048
const memory = new WebAssembly.Memory({ initial: 8 })
const ballast = join(root, 'ballast')

/** Fills the remaining space. */
function fill(): void {
  const fd = openSync(ballast, 'a')
  for (let size = 1 << 20; size >= 1;) {
    try {
      if (writeSync(fd, new Uint8Array(size)) < size) size >>= 1
    } catch {
      size >>= 1
    }
  }
  closeSync(fd)
}

const logEvents: StoreEvent[] = []
const storeEvents: StoreEvent[] = []
const control = openControlStore({ path: join(root, 'control.sqlite') })
const store = await openFlowStore({
  folder,
  retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
  maxOctets: 1e12,
  memoryOctets: 256 * 2 ** 20,
  onEvent: (event) => storeEvents.push(event),
})
const log = openFlowLog(
  {
    folder,
    waitingOctets: 1_000_000,
    onAcknowledged: (block) => store.notify(block),
    onEvent: (event) => logEvents.push(event),
  },
  hour,
)
let now = hour
let appended = 0
const append = (): number | undefined => log.append(blockOf({ rows, end: hour, seed: appended++ }), (now += 250))
const names = (events: readonly StoreEvent[]): readonly string[] => events.map(({ event }) => event)
async function countAll(): Promise<number> {
  await store.loaded(log.state().acknowledged)
  const { total } = await store.top({ from: hour - 60_000, to: hour + 60_000, by: ['version'], n: 1 })
  assert.equal(total.octets, (total.flows / rows) * octetsOf(rows))
  return total.flows / rows
}

// The log: refused blocks wait, then are dropped, oldest first; no acknowledged block is lost.
for (let i = 0; i < 10; i++) assert.equal(append(), i + 1)
control.put('key', 'before', now)
fill()
const fullSince = now + 250
assert.equal(append(), undefined)
assert.deepEqual([log.state().state, log.state().waitingSince], ['disk-full', fullSince])
for (let i = 0; i < 9; i++) assert.equal(append(), undefined)
// Told with the block that waits, and again when the first must be dropped.
const told = logEvents.map(({ fields }) => fields)
assert.deepEqual(names(logEvents), ['store.disk-full', 'store.disk-full'])
assert.deepEqual(told, [
  { waiting: rows, dropped: 0 },
  { waiting: 4 * rows, dropped: rows },
])
// What was dropped is missing, too.
assert.equal(log.state().waitingSince, fullSince)
assert.deepEqual([log.state().acknowledged, log.state().waiting, log.state().dropped], [10, 4 * rows, 6 * rows])
assert.equal(await countAll(), 10)

// Control state: writes are refused, and earlier state stays.
const large = 'x'.repeat(100_000)
assert.throws(() => control.put('key', large, now), { name: 'StoreError', code: 'disk-full' })
assert.match(control.problem, /^control state: .*full/)
assert.equal(control.get('key')?.value, 'before')

// Sealing: refused; queries are still answered from memory.
await assert.rejects(store.seal(), { name: 'StoreError', code: 'disk-full' })
assert.equal((await store.stats()).state, 'disk-full')
assert.deepEqual(names(storeEvents), ['store.disk-full'])
assert.equal(await countAll(), 10)

// Space again: everything continues by itself.
rmSync(ballast)
log.tick((now += 1000))
assert.deepEqual([log.state().state, log.state().acknowledged, log.state().waiting], ['ok', 14, 0])
assert.equal(log.state().waitingSince, undefined)
assert.deepEqual(names(logEvents.slice(2)), ['store.recovered'])
assert.equal(logEvents[2]?.fields['dropped'], 6 * rows)
assert.equal(append(), 15)
assert.equal(await countAll(), 15)
control.put('key', large, now)
assert.equal(control.problem, '')
await eventually('the disk is used again', async () => (await store.stats()).state === 'ok')
await store.seal()
assert.deepEqual(names(storeEvents), ['store.disk-full', 'store.recovered'])
const { sealedTo, records } = await store.stats()
assert.deepEqual([sealedTo, records], [15, 15 * rows])
assert.equal(await countAll(), 15)

// All gathered blocks wait, too.
fill()
for (let i = 0; i < 3; i++) log.gather(within(memory, blockOf({ rows, end: hour, seed: appended++ })), (now += 250))
assert.equal(log.flush(now), false)
assert.deepEqual([log.state().state, log.state().acknowledged, log.state().waiting], ['disk-full', 15, 3 * rows])
rmSync(ballast)
log.tick((now += 1000))
assert.deepEqual([log.state().state, log.state().acknowledged, log.state().waiting], ['ok', 18, 0])
assert.equal(await countAll(), 18)

// After a restart with a full disk queries are still answered.
fill()
await store.close()
log.close(now)
const again = await openFlowStore({
  folder,
  retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
  maxOctets: 1e12,
  memoryOctets: 256 * 2 ** 20,
})
const { total } = await again.top({ from: hour - 60_000, to: hour + 60_000, by: ['version'], n: 1 })
assert.equal(total.flows, 18 * rows)
await again.close()
control.close()

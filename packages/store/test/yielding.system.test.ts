import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { constants, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFlowStore } from '../src/index.ts'

const linuxOnly = process.platform === 'linux' ? false : 'only on Linux do threads have their own priorities'

test('the threads of the store yield to the thread that opened it', { skip: linuxOnly }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-yielding-'))
  const before = new Set(readdirSync('/proc/self/task'))
  const store = await openFlowStore({
    folder,
    retention: { raw: 1, minute: 1, fiveMinutes: 1, hour: 1 },
    maxOctets: 1e9,
  })
  try {
    const own = getPriority()
    const lower = Math.min(own + 15, constants.priority.PRIORITY_LOW) // no thread is nicer than 19
    const names = new Map<string, number[]>()
    for (const thread of readdirSync('/proc/self/task')) {
      if (before.has(thread)) continue
      const name = readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim()
      names.set(name, [...(names.get(name) ?? []), getPriority(Number(thread))])
    }
    // The store's own thread, and DuckDB's, which have the name of the pool.
    assert.deepEqual(names.get('WorkerThread'), [lower])
    assert.ok((names.get('libuv-worker') ?? []).length > 0)
    for (const priority of names.get('libuv-worker')!) assert.equal(priority, lower)
    assert.equal(getPriority(), own)
  } finally {
    await store.close() // its thread would keep the process
    rmSync(folder, { recursive: true })
  }
})

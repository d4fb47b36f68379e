import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { needs } from '../../../scripts/needs.ts'
import { openFlowLog, type StoreEvent } from '../src/index.ts'
import { LogReader } from '../src/log/log-reader.ts'
import { blockOf } from './blocks.ts'

/**
 * A file system on a disk that claims 256 MiB and has 12: writes go to memory and succeed, writeback and fsync fail. It
 * recovers when the memory behind it grows.
 */
const root = mkdtempSync(join(tmpdir(), 'vagus-fsync-'))
const [memory, disk] = [join(root, 'memory'), join(root, 'disk')]
const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const skip = needs('loop')

before(() => {
  if (skip !== false) return
  mkdirSync(memory)
  mkdirSync(disk)
  run('mount', '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', memory)
  run('truncate', '-s', '256m', join(memory, 'image'))
  run('mkfs.ext4', '-q', '-O', '^has_journal', '-E', 'nodiscard', join(memory, 'image'))
  run('mount', '-o', 'loop', join(memory, 'image'), disk)
  // One page per request: the loop device reports a longer request as written even if the memory has room for a part.
  const device = basename(run('findmnt', '-n', '-o', 'SOURCE', disk).trim())
  try {
    writeFileSync(`/sys/block/${device}/queue/max_sectors_kb`, '4')
  } catch {
    // If that cannot be set, about one run in ten hits such a request.
  }
})
after(() => {
  // Lazily: a failed test leaves files open there.
  for (const folder of skip === false ? [disk, memory] : []) run('umount', '-l', folder)
  rmSync(root, { recursive: true })
})

test('after a failed fsync nothing is acknowledged until the segment is rewritten', { skip }, async () => {
  const folder = join(disk, 'flows')
  const events: StoreEvent[] = []
  let now = 1_700_000_000_000
  const log = openFlowLog(
    { folder, segmentOctets: 8e6, waitingOctets: 64e6, onEvent: (event) => events.push(event) },
    now,
  )
  const rows = 2048
  let acknowledged = 0
  let appended = 0
  const append = (count: number): void => {
    for (let i = 0; i < count; i++) {
      if (log.append(blockOf({ rows, end: now }), now) !== undefined) acknowledged++
      appended++
    }
  }
  const until = async (what: () => boolean): Promise<void> => {
    for (let tries = 0; !what(); tries++) {
      assert.ok(tries < 200, `${JSON.stringify(events)} ${JSON.stringify(log.state())}`)
      log.tick((now += 1000))
      await setTimeout(20)
    }
  }
  // 17 MB in three segments, more than the disk has room for.
  append(80)
  assert.equal(acknowledged, 80)
  await until(() => log.state().state !== 'ok')
  assert.equal(events.length, 1)
  const before = acknowledged
  append(20)
  assert.equal(acknowledged, before)
  await until(() => log.state().waiting === 20 * rows)
  assert.equal(log.state().acknowledged, before)

  run('mount', '-o', 'remount,size=200m', memory)
  await until(() => log.state().state === 'ok')
  assert.deepEqual([log.state().acknowledged, log.state().waiting, log.state().dropped], [appended, 0, 0])
  assert.deepEqual(events.at(-1)?.event, 'store.recovered')
  append(5)
  assert.equal(log.state().acknowledged, appended)
  log.tick((now += 1000))
  log.close(now)

  // Read from the disk, without the page cache.
  run('umount', disk)
  run('mount', '-o', 'loop', join(memory, 'image'), disk)
  const damage: unknown[] = []
  const reader = new LogReader(join(folder, 'log'), 0, (each) => damage.push(each))
  let read = 0
  for (let block = reader.read(); block !== undefined; block = reader.read()) assert.equal(block.block, ++read)
  reader.close()
  assert.equal(read, appended)
  assert.deepEqual(damage, [])
  assert.ok(readdirSync(join(folder, 'log')).every((name) => name.endsWith('.vlog')))
})

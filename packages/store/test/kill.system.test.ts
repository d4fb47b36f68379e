import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type FlowStore, openFlowLog, openFlowStore, type StoreEvent } from '../src/index.ts'
import { coveredBlock } from '../src/sealed/covered.ts'
import { blocksOf } from '../src/sealed/file-name.ts'
import { octetsOf } from './blocks.ts'
import { killStart, rowsOfBlock, samplingRate } from './killed-block.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-kill-'))
after(() => rmSync(root, { recursive: true }))
const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Each value is rounded; a record has at least `samplingRate` octets. */
function assertSum(values: readonly number[], expected: number, what: string): void {
  assert.ok(Math.abs(sum(values) - expected) < samplingRate / 2, `${what}: ${sum(values)} instead of ${expected}`)
}

/** Runs the child until `when` calls its argument; returns the newest block that it acknowledged. */
async function killed(folder: string, when: (kill: () => void) => () => void): Promise<number> {
  const running = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  let stop: (() => void) | undefined
  running.stdout.on('data', (octets: Buffer) => {
    output += octets.toString()
    if (output.includes('ready')) stop ??= when(() => running.kill('SIGKILL'))
  })
  const [, signal] = await new Promise<readonly [unknown, unknown]>((resolve) =>
    running.on('close', (code, signal) => resolve([code, signal])),
  )
  stop?.()
  assert.equal(signal, 'SIGKILL', `the child ended by itself: ${output.slice(-500)}`)
  const numbers = output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'ready')
    .map(Number)
  return numbers.at(-1) ?? 0
}

/** Every block up to the acknowledged one is stored once, in records and in rollups; later ones whole or not at all. */
async function check(folder: string, acknowledged: number): Promise<void> {
  const events: StoreEvent[] = []
  const log = openFlowLog({ folder, onEvent: (event) => events.push(event) }, killStart)
  const last = log.state().acknowledged
  assert.ok(last >= acknowledged, `block ${acknowledged} was acknowledged, the log ends at ${last}`)
  const store = await openFlowStore({
    folder,
    retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
    maxOctets: 1e12,
    memoryOctets: 256 * 2 ** 20,
    onEvent: (event) => events.push(event),
  })
  try {
    await store.loaded(last)
    await checkBlocks(store, last)
  } finally {
    await store.close()
    log.close(killStart)
  }
  assert.deepEqual(
    events.filter(({ event, fields }) => event === 'store.failed' || Number(fields['octets']) > 20_000),
    [],
  )
}

async function checkBlocks(store: FlowStore, last: number): Promise<void> {
  const window = { from: killStart, to: killStart + 10_000 * 60_000 }
  const { items, total } = await store.top({ ...window, by: ['srcAs'], n: 10_000 })
  const found = new Map(items.map(({ key, flows, octets }) => [key[0], { flows, octets }]))
  for (let block = 1; block <= last; block++) {
    const rows = rowsOfBlock(block)
    assert.deepEqual(
      found.get(block),
      { flows: rows, octets: octetsOf(rows) * samplingRate },
      `block ${block} of ${last}`,
    )
  }
  assert.equal(found.size, last)
  for (const step of [60_000, 300_000, 3_600_000]) {
    const { lines } = await store.series({ ...window, step })
    assertSum(lines[0]?.octets ?? [], total.octets, `rollup of ${step} ms`)
  }
  const { lines } = await store.interfaceSeries({ ...window, step: 3_600_000 })
  const observed = lines.filter(({ evidence }) => evidence === 'observed')
  assertSum(
    observed.flatMap(({ octets }) => octets),
    total.octets,
    'interfaces',
  )
}

/** Files that a kill left half-written, or whose seal was not finished. */
function leftOver(folder: string): number {
  const covered = coveredBlock(folder)
  const names = globSync(`${folder}/{raw,minute,five-minutes,hour}/**/*.parquet*`).map((path) => basename(path))
  return names.filter((name) => (blocksOf(name)?.to ?? Infinity) > covered).length
}

const afterMilliseconds = (milliseconds: number) => (kill: () => void) => {
  const timer = setTimeout(kill, milliseconds)
  return () => clearTimeout(timer)
}

/** Kills at the `nth` change of a name in a folder: a file is created, finished, or removed. */
const atChange = (folder: string, nth: number) => (kill: () => void) => {
  let changes = 0
  const watcher = watch(folder, () => {
    if (++changes === nth) kill()
  })
  return () => watcher.close()
}

test('kill -9 while blocks are appended, loaded, sealed and merged loses none and duplicates none', async () => {
  const folder = join(root, 'flows')
  for (const part of ['raw', 'minute/traffic', 'hour/interfaces']) mkdirSync(join(folder, part), { recursive: true })
  const moments = [
    afterMilliseconds(0),
    afterMilliseconds(3),
    afterMilliseconds(20),
    afterMilliseconds(57),
    afterMilliseconds(150),
    atChange(join(folder, 'raw'), 1),
    atChange(join(folder, 'raw'), 2),
    atChange(join(folder, 'raw'), 9),
    atChange(join(folder, 'minute/traffic'), 1),
    atChange(join(folder, 'minute/traffic'), 3),
    atChange(join(folder, 'minute/traffic'), 12),
    atChange(join(folder, 'hour/interfaces'), 2),
    atChange(join(folder, 'hour/interfaces'), 5),
    atChange(join(folder, 'log'), 4),
  ]
  let acknowledged = 0
  let interrupted = 0
  for (const moment of moments) {
    acknowledged = Math.max(acknowledged, await killed(folder, moment))
    interrupted += leftOver(folder)
    await check(folder, acknowledged)
  }
  assert.ok(interrupted > 0, 'no kill came while something was sealed or merged')
  assert.ok(acknowledged > 100, `only ${acknowledged} blocks`)
  const names = readdirSync(join(folder, 'raw'))
  assert.ok(names.length > 0 && names.every((name) => name.endsWith('.parquet')), names.join(' '))
})

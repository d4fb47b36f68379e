/**
 * Runs every check, cheapest first, stops at the first stage that fails, and ends with `N passed, N failed, N skipped`.
 *
 *   npm test                     everything
 *   npm test -- unit             one stage
 *   npm test -- system lab       one stage, files whose path contains "lab"
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { busyBetween, processorTime } from './places.ts'
import { runEach } from './run-each.ts'
import { type Isolation, type Outcome, runTogether } from './run-files.ts'

process.chdir(join(import.meta.dirname, '..'))
// Hundreds of processes load the same files: node's own place for what earlier ones compiled halves how long each takes.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')
const [only, filter] = process.argv.slice(2)
const total = { passed: 0, failed: 0, skipped: 0 }
const SECOND_RUNS = 3 // more files than that do not fail by chance
const byChance: string[] = []
/** Seconds of each file that had a process of its own. */
const took = new Map<string, number>()
const SHOWN = 10 // of them, the longest
const bin = (name: string): string => `node_modules/.bin/${name}`

interface Stage {
  readonly name: string
  readonly run: () => Promise<void>
}

const stages: readonly Stage[] = [
  {
    name: 'types',
    run: () =>
      commands([
        [bin('tsc'), '-p', 'tsconfig.pure.json'],
        [bin('tsc'), '-p', '.'],
        [bin('tsc'), '-p', 'apps/console'],
      ]),
  },
  { name: 'lint', run: () => commands([[bin('oxlint'), '--type-aware', '--deny-warnings']]) },
  { name: 'format', run: () => commands([[bin('oxfmt'), '--check', '.']]) },
  {
    name: 'unused',
    run: () => commands([[bin('knip')], [bin('knip'), '--include-entry-exports', '--include', 'exports']]),
  },
  { name: 'unit', run: () => tests(['test/*.test.ts', '{packages,apps}/*/test/**/*.test.ts'], 'none') },
  { name: 'examples', run: () => commands(globSync('examples/*/main.ts').map((file) => [process.execPath, file])) },
  {
    name: 'system',
    run: () => tests(['{packages,apps}/*/test/**/*.{system,browser}.test.ts', 'test/*.system.test.ts'], 'process'),
  },
]

/** By a clock that unit tests, in this process, do not turn by hand. */
const secondsSince = (started: bigint): number => Number(process.hrtime.bigint() - started) / 1e9

/** Runs the commands, one on each processor; what they print is shown only of those that fail, in their order. */
async function commands(lines: readonly (readonly [string, ...string[]])[]): Promise<void> {
  const told: string[] = []
  const left = [...lines.entries()]
  const takeNext = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) told[next[0]] = await complaintOf(next[1])
  }
  await Promise.all(Array.from({ length: availableParallelism() }, takeNext))
  total.passed += told.filter((text) => text === '').length
  total.failed += told.filter((text) => text !== '').length
  process.stdout.write(told.join(''))
}

/** All that a command printed, and how it ended; nothing when it ended well. */
async function complaintOf([command, ...args]: readonly [string, ...string[]]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (octets: Buffer) => (output += octets.toString()))
  child.stderr.on('data', (octets: Buffer) => (output += octets.toString()))
  const status = await new Promise((resolve) => child.on('close', resolve))
  const line = `${command.replace('node_modules/.bin/', '')} ${args.join(' ')}`
  return status === 0 ? '' : `${output}\n${line}: exit ${String(status)}\n`
}

/**
 * A file of real programs may fail by chance on a machine that stalls. It gets a second run, by itself, and is named
 * when that one passes; what fails twice has failed. Unit tests have no chance in them and get none.
 */
async function tests(globs: readonly string[], isolation: Isolation): Promise<void> {
  const files = globs
    .flatMap((glob) => globSync(glob))
    .filter((file) => isolation === 'process' || !/\.(system|browser)\.test\.ts$/.test(file))
    .filter((file) => filter === undefined || file.includes(filter))
    .sort()
  if (files.length === 0) return
  const onEnd = (file: string, seconds: number): unknown => took.set(file, seconds)
  const first =
    isolation === 'none'
      ? await runTogether(files, availableParallelism())
      : await runEach(files, { how: 'several at once', onEnd })
  const failed = [...first].filter(([, { failed }]) => failed > 0).map(([file]) => file)
  const second = new Map<string, Outcome>()
  if (isolation === 'process' && failed.length > 0 && failed.length <= SECOND_RUNS) {
    process.stdout.write(`\nonce more: ${failed.join(', ')}\n`)
    for (const [file, outcome] of await runEach(failed, { how: 'alone', onEnd })) second.set(file, outcome)
    byChance.push(...failed.filter((file) => second.get(file)?.failed === 0))
  }
  const skips = new Map<string, number>()
  for (const { passed, failed, skipped } of new Map([...first, ...second]).values()) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped.length
    for (const reason of skipped) skips.set(reason, (skips.get(reason) ?? 0) + 1)
  }
  for (const [reason, count] of skips) process.stdout.write(`  skipped ${count}: ${reason}\n`)
}

const wanted = stages.filter(({ name }) => only === undefined || name === only)
if (wanted.length === 0) {
  process.stderr.write(`no stage "${only}"; there are ${stages.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}
for (const stage of wanted) {
  const started = process.hrtime.bigint()
  const before = { ...total, time: processorTime() }
  await stage.run()
  const seconds = secondsSince(started).toFixed(1).padStart(6)
  const passed = total.passed - before.passed
  const result = total.failed > 0 ? 'FAILED' : `${passed} passed`
  const busy = busyBetween(before.time, processorTime())
  process.stdout.write(`${stage.name.padEnd(8)} ${seconds} s  ${result}, processors ${busy} % busy\n`)
  if (total.failed > 0) break
}
const longest = [...took].sort(([, a], [, b]) => b - a).slice(0, SHOWN)
for (const [file, seconds] of longest) process.stdout.write(`  ${seconds.toFixed(0).padStart(4)} s  ${file}\n`)
for (const file of byChance) process.stdout.write(`failed once, passed at its second run: ${file}\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

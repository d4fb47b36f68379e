/**
 * Runs every check, cheapest first, stops at the first stage that fails, and ends with `N passed, N failed, N skipped`.
 *
 *   npm test                     everything
 *   npm test -- unit             one stage
 *   npm test -- system lab       one stage, files whose path contains "lab"
 */
import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { availableParallelism, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { besideLabs, slowest } from './slowest.ts'
import { type Isolation, type Outcome, runFiles, runTogether } from './run-files.ts'

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

/**
 * Steps behind labs, as nice(1), in a file that makes none: packets that a lab sends late are wrong figures, and a test that
 * is late has patience. What the file starts inherits it.
 */
const behindLabs = 5
const priority = Math.min(getPriority() + behindLabs, 19)
const stepsBack = `--import=data:text/javascript,import{setPriority}from"node:os";setPriority(${priority})`

/**
 * Two labs at once would disturb each other's figures, where they measure any. A lab has routers of FRR, or is a part of the
 * lab in a namespace; other apps make namespaces for a link or a full disk. A package knows no lab: it is an app.
 */
const makesLab = (file: string): boolean =>
  !file.startsWith('packages/') &&
  !besideLabs.includes(file) &&
  (file.startsWith('apps/lab/') ? /needs\([^)]*'netns'/ : /needs\([^)]*'frr'/).test(readFileSync(file, 'utf8'))

/** By a clock that unit tests, in this process, do not turn by hand. */
const secondsSince = (started: bigint): number => Number(process.hrtime.bigint() - started) / 1e9

/** Runs each command; what it prints is shown only when it fails. */
async function commands(lines: readonly (readonly [string, ...string[]])[]): Promise<void> {
  for (const [command, ...args] of lines) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (octets: Buffer) => (output += octets.toString()))
    child.stderr.on('data', (octets: Buffer) => (output += octets.toString()))
    const status = await new Promise((resolve) => child.on('close', resolve))
    if (status === 0) {
      total.passed++
      continue
    }
    total.failed++
    process.stdout.write(
      `${output}\n${command.replace('node_modules/.bin/', '')} ${args.join(' ')}: exit ${String(status)}\n`,
    )
  }
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
  // One more than there are processors: the file of a lab mostly waits.
  const first =
    isolation === 'none'
      ? await runTogether(files, availableParallelism())
      : await runEach(files, availableParallelism() + 1)
  const failed = [...first].filter(([, { failed }]) => failed > 0).map(([file]) => file)
  const second = new Map<string, Outcome>()
  if (isolation === 'process' && failed.length > 0 && failed.length <= SECOND_RUNS) {
    process.stdout.write(`\nonce more: ${failed.join(', ')}\n`)
    for (const [file, outcome] of await runEach(failed, 1)) second.set(file, outcome)
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

/**
 * Each file in a process of its own, `atOnce` at a time: most wait for other programs and for time to pass more than they
 * compute. Only one of them may make a lab, and one does until there is none left: the labs, one after the other, take
 * longest. Of the others the slowest come first, so that none of them is still under way alone at the end.
 */
async function runEach(files: readonly string[], atOnce: number): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const labs = files.filter(makesLab)
  const others = inOrder(files.filter((file) => !makesLab(file)))
  let labRuns = false
  const take = async (): Promise<void> => {
    for (;;) {
      const lab = labRuns ? undefined : labs.shift()
      const file = lab ?? others.shift()
      if (file === undefined) return
      labRuns ||= lab !== undefined
      const started = process.hrtime.bigint()
      const ran = await runFiles([file], 'process', lab === undefined ? [stepsBack] : [])
      took.set(file, secondsSince(started))
      for (const [path, outcome] of ran) outcomes.set(path, outcome)
      if (lab !== undefined) labRuns = false
    }
  }
  await Promise.all(Array.from({ length: atOnce }, take))
  return outcomes
}

/** The slowest first, the others as they were. */
function inOrder(files: readonly string[]): string[] {
  const first = slowest.filter((file) => files.includes(file))
  return [...first, ...files.filter((file) => !first.includes(file))]
}

const wanted = stages.filter(({ name }) => only === undefined || name === only)
if (wanted.length === 0) {
  process.stderr.write(`no stage "${only}"; there are ${stages.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}
for (const stage of wanted) {
  const started = process.hrtime.bigint()
  const before = { ...total }
  await stage.run()
  const seconds = secondsSince(started).toFixed(1).padStart(6)
  const passed = total.passed - before.passed
  process.stdout.write(`${stage.name.padEnd(8)} ${seconds} s  ${total.failed > 0 ? 'FAILED' : `${passed} passed`}\n`)
  if (total.failed > 0) break
}
const longest = [...took].sort(([, a], [, b]) => b - a).slice(0, SHOWN)
for (const [file, seconds] of longest) process.stdout.write(`  ${seconds.toFixed(0).padStart(4)} s  ${file}\n`)
for (const file of byChance) process.stdout.write(`failed once, passed at its second run: ${file}\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

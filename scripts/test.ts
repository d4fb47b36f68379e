/**
 * Runs every check, cheapest first, stops at the first stage that fails, and ends with `N passed, N failed, N skipped`.
 *
 *   npm test                     everything
 *   npm test -- unit             one stage
 *   npm test -- system lab       one stage, files whose path contains "lab"
 */
import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

process.chdir(join(import.meta.dirname, '..'))
// Hundreds of processes load the same files: node's own place for what earlier ones compiled halves how long each takes.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')
const [only, filter] = process.argv.slice(2)
const total = { passed: 0, failed: 0, skipped: 0 }
const SECOND_RUNS = 3 // more files than that do not fail by chance
const byChance: string[] = []
const bin = (name: string): string => `node_modules/.bin/${name}`

interface Outcome {
  passed: number
  failed: number
  readonly skipped: string[]
}

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
  { name: 'unused', run: () => commands([[bin('knip')]]) },
  { name: 'unit', run: () => tests(['test/*.test.ts', '{packages,apps}/*/test/**/*.test.ts'], { isolation: 'none' }) },
  { name: 'examples', run: () => commands(globSync('examples/*/main.ts').map((file) => [process.execPath, file])) },
  {
    name: 'system',
    run: () =>
      tests(['{packages,apps}/*/test/**/*.system.test.ts', 'test/*.system.test.ts'], {
        isolation: 'process',
        laneOf: (file) => (makesLab(file) ? 'labs' : 'others'),
      }),
  },
  {
    name: 'browser',
    run: () => tests(['apps/*/test/**/*.browser.test.ts'], { isolation: 'process', laneOf: (file) => file }),
  },
]

/**
 * `none`: all files in this process. `process`: one for each file, one after the other in a lane and the lanes beside
 * each other: labs wait for routers and for time to pass more than they compute, and so does what has no lab.
 */
type Way = { readonly isolation: 'none' } | { readonly isolation: 'process'; readonly laneOf: (file: string) => string }

/** Two labs at once would disturb each other's figures. A package knows no lab: it is an app. */
const makesLab = (file: string): boolean =>
  !file.startsWith('packages/') && /needs\([^)]*'(frr|netns)'/.test(readFileSync(file, 'utf8'))

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
async function tests(globs: readonly string[], way: Way): Promise<void> {
  const files = globs
    .flatMap((glob) => globSync(glob))
    .filter((file) => way.isolation === 'process' || !/\.(system|browser)\.test\.ts$/.test(file))
    .filter((file) => filter === undefined || file.includes(filter))
    .sort()
  if (files.length === 0) return
  const first = way.isolation === 'none' ? await runFiles(files, 'none') : await runLanes(files, way.laneOf)
  const failed = [...first].filter(([, { failed }]) => failed > 0).map(([file]) => file)
  const second = new Map<string, Outcome>()
  if (way.isolation === 'process' && failed.length > 0 && failed.length <= SECOND_RUNS) {
    process.stdout.write(`\nonce more: ${failed.join(', ')}\n`)
    for (const [file, outcome] of await runLanes(failed, () => 'alone')) second.set(file, outcome)
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

/** Each file in a process of its own, one after the other in a lane; lanes beside each other where there are processors. */
async function runLanes(files: readonly string[], laneOf: (file: string) => string): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const runLane = async (lane: readonly string[]): Promise<void> => {
    for (const file of lane)
      for (const [path, outcome] of await runFiles([file], 'process')) outcomes.set(path, outcome)
  }
  const lanes = availableParallelism() > 1 ? Map.groupBy(files, laneOf) : new Map([['all', files]])
  await Promise.all([...lanes.values()].map(runLane))
  return outcomes
}

/** By file: what passed and failed, and the reasons of those that were skipped. */
async function runFiles(files: readonly string[], isolation: 'none' | 'process'): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const outcomeOf = (path = ''): Outcome => {
    const file = relative(process.cwd(), path)
    const outcome = outcomes.get(file) ?? { passed: 0, failed: 0, skipped: [] }
    outcomes.set(file, outcome)
    return outcome
  }
  let shown = false
  const stream = run({
    files: [...files],
    isolation,
    concurrency: isolation === 'none' ? availableParallelism() : false,
  })
  stream.on('test:pass', ({ file, skip, details: { type } }) => {
    if (skip !== undefined) outcomeOf(file).skipped.push(typeof skip === 'string' ? skip : 'no reason given')
    else if (type !== 'suite') outcomeOf(file).passed++
  })
  stream.on('test:fail', ({ file, details: { error } }) => {
    shown = true
    // A suite fails with its tests, which were counted, or by itself: in its body, in `before` or in `after`.
    const { failureType } = error as Error & { readonly failureType?: string }
    if (failureType !== 'subtestsFailed') outcomeOf(file).failed++
  })
  // What a file of one lane says is not torn apart by one of another.
  let said = ''
  for await (const text of stream.compose(spec)) {
    if (isolation === 'process') said += String(text)
    else if (shown) process.stdout.write(text)
  }
  process.stdout.write(said)
  return outcomes
}

const wanted = stages.filter(({ name }) => only === undefined || name === only)
if (wanted.length === 0) {
  process.stderr.write(`no stage "${only}"; there are ${stages.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}
for (const stage of wanted) {
  const started = process.hrtime.bigint() // unit tests, in this process, turn the other clocks by hand
  const before = { ...total }
  await stage.run()
  const seconds = (Number(process.hrtime.bigint() - started) / 1e9).toFixed(1).padStart(6)
  const passed = total.passed - before.passed
  process.stdout.write(`${stage.name.padEnd(8)} ${seconds} s  ${total.failed > 0 ? 'FAILED' : `${passed} passed`}\n`)
  if (total.failed > 0) break
}
for (const file of byChance) process.stdout.write(`failed once, passed at its second run: ${file}\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

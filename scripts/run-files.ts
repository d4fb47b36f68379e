/** Runs files of tests, and counts by file what came of them. @module */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/** `none`: all files in this process. `process`: each in one of its own, a few at once. */
export type Isolation = 'none' | 'process'

export interface Outcome {
  passed: number
  failed: number
  readonly skipped: string[]
}

/** Milliseconds; no file takes a quarter of that on a slow machine. One that does not end is ended, and has failed. */
const longestFile = 900_000

/** By file: what passed and failed, and the reasons of those that were skipped. */
export async function runFiles(
  files: readonly string[],
  isolation: Isolation,
  execArgv: readonly string[] = [],
): Promise<Map<string, Outcome>> {
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
    execArgv,
    concurrency: isolation === 'none' ? availableParallelism() : false,
    ...(isolation === 'process' && { signal: AbortSignal.timeout(longestFile) }),
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
  // What one file says is not torn apart by another.
  let said = ''
  for await (const text of stream.compose(spec)) {
    if (isolation === 'process') said += String(text)
    else if (shown) process.stdout.write(text)
  }
  process.stdout.write(said)
  return outcomes
}

/** Files that only compute, in `processes` of them: one is busy on one processor alone. */
export async function runTogether(files: readonly string[], processes: number): Promise<Map<string, Outcome>> {
  const parts = Array.from({ length: processes }, (_, part) => files.filter((__, at) => at % processes === part))
  const outcomes = await Promise.all(parts.filter(({ length }) => length > 0).map(runPart))
  return new Map(outcomes.flat())
}

type Outcomes = readonly (readonly [string, Outcome])[]

/** One that ends without an answer has failed as a whole. */
async function runPart(files: readonly string[]): Promise<Outcomes> {
  const child = fork(join(import.meta.dirname, 'run-part.ts'))
  let outcomes: Outcomes = [[files[0]!, { passed: 0, failed: 1, skipped: [] }]]
  child.once('message', (message) => (outcomes = message as Outcomes))
  child.send(files)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) process.stdout.write(`a process of unit tests ended with ${code}; its first file is ${files[0]}\n`)
  return outcomes
}

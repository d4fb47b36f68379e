/** Runs files of tests that start programs: each in a process of its own, several at once, but one lab at a time. @module */
import { readFileSync } from 'node:fs'
import { availableParallelism, getPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Places, processorTime } from './places.ts'
import { type Outcome, runFiles } from './run-files.ts'
import { besideLabs, slowest } from './slowest.ts'

/**
 * Of files at once, more than there are processors: they wait for other programs and for time to pass. With four, labs that
 * measure were late on two processors.
 */
const beyondProcessors = 2
/** Milliseconds until it is looked again whether there is room for one more. */
const lookEvery = 1000

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

export interface EachOptions {
  /** `alone`: one after the other. */
  readonly how: 'several at once' | 'alone'
  readonly onEnd: (file: string, seconds: number) => void
}

/**
 * Only one file at a time makes a lab, and one does until there is none left: the labs, one after the other, take longest.
 * Of the others the slowest come first, so that none of them is still under way alone at the end.
 */
export async function runEach(files: readonly string[], { how, onEnd }: EachOptions): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const labs = files.filter(makesLab)
  const others = inOrder(files.filter((file) => !makesLab(file)))
  const running = new Set<Promise<void>>()
  const places = placesOf(how)
  let labRuns = false

  async function runOne(file: string, kind: 'lab' | 'other'): Promise<void> {
    const started = process.hrtime.bigint()
    if (kind === 'lab') labRuns = true
    for (const [path, outcome] of await runFiles([file], 'process', kind === 'lab' ? [] : [stepsBack]))
      outcomes.set(path, outcome)
    if (kind === 'lab') labRuns = false
    onEnd(file, Number(process.hrtime.bigint() - started) / 1e9)
  }

  for (;;) {
    const left = (labRuns ? 0 : labs.length) + others.length
    if (left > 0 && places.hasRoom(running.size)) {
      const lab = labRuns ? undefined : labs.shift()
      const run = runOne(lab ?? others.shift()!, lab === undefined ? 'other' : 'lab')
      running.add(run)
      const forget = (): unknown => running.delete(run)
      run.then(forget, forget)
    } else if (running.size > 0) {
      // What waits for room looks again; what waits for a lab to end does not.
      await Promise.race(left > 0 ? [...running, sleep(lookEvery, undefined, { ref: false })] : running)
    } else return outcomes
  }
}

function placesOf(how: EachOptions['how']): Places {
  const processors = availableParallelism()
  const most = how === 'alone' ? 1 : processors + beyondProcessors
  return new Places({ processors, most, now: () => performance.now(), time: processorTime })
}

/** The slowest first, the others as they were. */
function inOrder(files: readonly string[]): string[] {
  const first = slowest.filter((file) => files.includes(file))
  return [...first, ...files.filter((file) => !first.includes(file))]
}

/**
 * Everything that the lab can show, one after the other: a border that fills and is relieved, and everything of Vagus killed
 * at once; an agent that moves; a private line; an intruder. The other scenarios measure, each in a lab of its own; this one
 * reads their figures. A part that fails is named, and the others go on.
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { LabError } from '../errors.ts'
import { intruder } from '../intruder/run.ts'
import type { LabReference } from '../lab.ts'
import { line } from '../line/run.ts'
import { provenanceNow } from '../provenance.ts'
import { checkEmpty, runFolder } from '../record/folder.ts'
import type { RecordOptions } from '../record/layout.ts'
import { roam } from '../roam/run.ts'
import { steer } from '../steer/run.ts'
import { figuresOf } from './figures.ts'
import type { DayRun, PartName, Parts } from './parts.ts'
import type { DayReport, DaySettings } from './report.ts'

export interface DayOptions extends Pick<LabReference, 'home'> {
  /** How often everything runs, 1..100. */
  readonly repeat: number
  /** Of the first run; the next ones have the next numbers. The same seed gives the same traffic and the same moves. */
  readonly seed: number
  /** A folder for each part, and for each run where there are several; default: none. */
  readonly record?: RecordOptions
  /** What happens in the part that runs, for people. */
  readonly onNews?: (part: PartName, news: string) => void
  /** A part has ended. `problem`: it failed. */
  readonly onPart?: (ended: PartEnded) => void
  readonly signal?: AbortSignal
}

export interface PartEnded {
  /** From 1. */
  readonly run: number
  readonly part: PartName
  readonly seconds: number
  readonly problem: string | null
  /** All that has been measured in this run so far. */
  readonly soFar: DayRun
}

const mostRepeats = 100
/** As short as each can be and still say something: all together take some five minutes. */
const short = { steerSeconds: 15, roamMoves: 8, lineSeconds: 4 } as const

/** Throws `LabError` `usage`; the signal's reason. */
export async function day(options: DayOptions): Promise<DayReport> {
  const { repeat, seed, onPart, signal } = options
  if (!(Number.isInteger(repeat) && repeat >= 1 && repeat <= mostRepeats))
    throw new LabError('usage', `everything runs 1 to ${mostRepeats} times, got ${repeat}`)
  if (options.record !== undefined) checkEmpty(options.record.folder)
  const settings: DaySettings = { repeat, seed, ...short }
  const provenance = provenanceNow()
  const began = performance.now()
  const failures: DayReport['failures'][number][] = []
  const runs: DayRun[] = []
  for (let run = 1; run <= repeat; run++) {
    const done: Made = {}
    for (const [part, play] of Object.entries(parts) as [PartName, Play][]) {
      const since = performance.now()
      const turn = { ...options, ...recordIn(options, run) }
      const problem = await play(done, { ...settings, seed: seed + run - 1 }, turn).then(
        () => null,
        (error: Error) => {
          signal?.throwIfAborted()
          return error.message
        },
      )
      if (problem !== null) failures.push({ run, part, problem })
      onPart?.({ run, part, seconds: (performance.now() - since) / 1000, problem, soFar: done })
    }
    runs.push(done)
  }
  const known = runs.flatMap((one) => Object.values(one))
  return {
    provenance,
    substrate: known[0]?.substrate ?? null,
    loadavg: loadavg(),
    settings,
    seconds: Math.round((performance.now() - began) / 1000),
    figures: figuresOf(runs),
    failures,
    runs,
  }
}

type Made = { -readonly [Part in PartName]?: Parts[Part] }
type Play = (made: Made, settings: DaySettings, options: DayOptions) => Promise<void>

const parts: Readonly<Record<PartName, Play>> = {
  async steer(made, { steerSeconds: seconds, seed }, options) {
    made.steer = await steer({ mode: 'kill', seconds, seed, ...(await around('steer', options)) })
  },
  async roam(made, { roamMoves: moves, seed }, options) {
    const { onNews, ...rest } = await around('roam', options)
    const onIncident = (count: number, of: number): void => onNews(`${count} of ${of} moves`)
    made.roam = await roam({ moves, how: 'mixed', kill: 'none', seed, onIncident, ...rest })
  },
  async line(made, { lineSeconds: seconds }, options) {
    made.line = await line({ seconds, ...(await around('line', options)) })
  },
  async intruder(made, _, options) {
    made.intruder = await intruder(await around('intruder', options))
  },
}

/** The folder of a run. */
function recordIn({ record, repeat }: DayOptions, run: number): Pick<DayOptions, 'record'> {
  if (record === undefined) return {}
  return { record: { ...record, folder: repeat === 1 ? record.folder : join(record.folder, runFolder(run)) } }
}

/** A name of its own, and a port that nobody has: other labs may run. */
async function around(part: PartName, { home, record, onNews, signal }: DayOptions) {
  return {
    ...(record !== undefined && { record: { ...record, folder: join(record.folder, part) } }),
    name: `day-${part}`,
    listen: `127.0.0.1:${await freePort()}`,
    onNews: (news: string): void => onNews?.(part, news),
    ...(home !== undefined && { home }),
    ...(signal !== undefined && { signal }),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  server.close()
  await once(server, 'close')
  return port
}

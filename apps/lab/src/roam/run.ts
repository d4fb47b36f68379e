/**
 * A stream that a moving agent reads: the writer of the topology `roam` streams numbered parts of an A2A task, the reader
 * reads them while it moves between its networks. The programs are the same stock ones either way; they talk over Vagus by
 * their side-cars, and at the same time, in the same network, over plain HTTPS.
 * @module
 */
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { retryAfter, stall } from '../a2a/reading.ts'
import { LabError } from '../errors.ts'
import type { LabReference, LabState, LabUp } from '../lab.ts'
import { labFault, labMove } from '../outside/fault.ts'
import { inLab, type ScenarioOptions } from '../scenario.ts'
import { evaluate, type IncidentTime, type Outcome } from './evaluate.ts'
import { type Halves, interval, startPrograms } from './programs.ts'
import { beginOf, type Incident, lingers, type Plan, scheduleOf } from './schedule.ts'

export interface RoamOptions extends Plan, Omit<ScenarioOptions, 'listen' | 'onNews'> {
  /** Called after each move and kill. */
  readonly onIncident?: (made: number, of: number) => void
}

export interface IncidentReport extends IncidentTime {
  /** When the schedule had it, milliseconds since 1970. */
  readonly planned: number
  /** Milliseconds from then until it began: the one before it took long, or the machine was busy. */
  readonly late: number
}

export interface RoamReport extends Plan {
  /** Of its lab, which has no other traffic. */
  readonly provenance: LabState['provenance']
  readonly substrate: LabState['substrate']
  /** Milliseconds between two parts. */
  readonly interval: number
  readonly sent: number
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before its end. */
  readonly loadavg: readonly number[]
  /** In the order in which they happened. */
  readonly incidents: readonly IncidentReport[]
  /** Milliseconds: without anything both readers give their stream up after `stall`, and ask again `retryAfter` later. */
  readonly reader: { readonly stall: number; readonly retryAfter: number }
  /** Two readers with the A2A SDK and `resumingFetch`: through side-cars, and over HTTPS. */
  readonly halves: Readonly<Record<keyof Halves, Outcome>>
}

/** Milliseconds that the first part may take. */
const slowestStart = 10_000
/** How long the readers may take after the writer's last part, in milliseconds. */
const patience = 60_000

/** Brings up a lab, `roam` unless it has another name, lets the reader move, and takes the lab down again. Throws `LabError`; the signal's reason. */
export async function roam(options: RoamOptions): Promise<RoamReport> {
  const { moves, how, kill, seed, signal } = options
  return inLab(
    { name: 'roam', topology: 'roam', programs: ['agents'], traffic: { seed } },
    options,
    async (lab, where) => {
      const { halves, incidents, sent } = await stream(lab, where, options)
      signal?.throwIfAborted()
      const outcomeOf = (half: keyof Halves): Outcome => evaluate(halves[half].readings, incidents, sent)
      return {
        provenance: lab.provenance,
        seed,
        substrate: lab.substrate,
        moves,
        how,
        kill,
        interval,
        sent,
        loadavg: loadavg(),
        incidents,
        reader: { stall, retryAfter },
        halves: { vagus: outcomeOf('vagus'), https: outcomeOf('https') },
      }
    },
  )
}

async function stream(
  lab: LabUp,
  where: LabReference,
  options: RoamOptions,
): Promise<Pick<RoamReport, 'incidents' | 'sent'> & { readonly halves: Halves }> {
  const { onIncident, signal } = options
  const waiting = { ref: false, ...(signal !== undefined && { signal }) }
  const { halves, endAfter } = await startPrograms(lab, where)
  const over = Promise.all(Object.values(halves).map(({ over }) => over))
  const begun = await Promise.race([
    Promise.all(Object.values(halves).map(({ begun }) => begun)),
    over, // a reader that ends now has failed
    sleep(slowestStart, 'late', waiting),
  ])
  if (begun === 'late')
    throw new LabError('failed', `no part arrived in ${slowestStart / 1000} s: ${JSON.stringify(halves)}`)
  const overEarly = over.then(() => {
    throw new LabError('failed', 'the stream ended before the last move')
  })
  overEarly.catch(() => {}) // after the last move nobody waits for it
  const happen = incidentsOf(where)
  const started = Date.now()
  const schedule = scheduleOf(options)
  const incidents: IncidentReport[] = []
  for (const { after, what } of schedule) {
    const planned = started + after
    const begins = beginOf(planned, incidents.at(-1)?.done ?? started)
    // One more: by this clock a timer may be a millisecond early.
    await Promise.race([sleep(Math.max(0, begins - Date.now() + 1), undefined, waiting), overEarly])
    const began = Date.now()
    const done = await Promise.race([happen(what), overEarly])
    incidents.push({ what, planned, began, late: began - planned, done })
    onIncident?.(incidents.length, schedule.length)
  }
  const sent = await endAfter(Math.ceil(lingers / interval))
  const late = sleep(lingers + patience, 'late', waiting)
  if ((await Promise.race([over, late])) === 'late') {
    const last = Object.entries(halves).map(([name, { readings }]) => `${name} ${JSON.stringify(readings.at(-1))}`)
    throw new LabError('failed', `the readers did not get to the end; the last parts were ${last.join(', ')}`)
  }
  return { halves, incidents, sent }
}

/**
 * Lets the next thing of a kind happen, and gives when it was done: the networks take turns, and so do the side-cars that
 * are killed.
 */
function incidentsOf(where: LabReference): (what: Incident) => Promise<number> {
  let moves = 0
  let kills = 0
  return async (what) => {
    if (what !== 'killed') {
      const network = (['5g', 'wifi'] as const)[moves++ % 2]!
      return (await labMove({ agent: 'reader', network, how: what }, where)).at
    }
    await labFault({ kind: 'kill', program: (['reader', 'writer'] as const)[kills++ % 2]!, forSeconds: 1 }, where)
    return Date.now()
  }
}

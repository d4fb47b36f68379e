/**
 * A border link that fills: the neighbour AS of the topology `border` sends two sites more than the link carries over which
 * everything enters. For a while nothing is done; then what the controller proposes is approved, by the command that an
 * operator would type, and undone at the end. What is lost is counted where it is lost, at the neighbour's shapers; what the
 * neighbour was told is read from its own routers.
 * @module
 */
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProposalResource } from '@vagus/api/steering'
import { LabError } from '../errors.ts'
import type { LabReference, LabState, LabStep, LabUp } from '../lab.ts'
import { labUp } from '../outside/up.ts'
import { networkOf } from '../topology/network.ts'
import { readTopology } from '../topology/read.ts'
import { type BorderEnd, borderEnds } from './border.ts'
import { ControllerWatch } from './controller.ts'
import { fill, type SiteSurge } from './fill.ts'
import { firstAbove, quiet, reliefAfter, type Span, type Stretch, stretchOf } from './figures.ts'
import { askTold, runVagus, watchShapers } from './programs.ts'
import { newPrefixes, sameRoutes, type Told } from './routes.ts'
import type { ShaperLog } from './shapers.ts'

/** `observe`: nothing is approved. */
type Mode = 'approve' | 'observe'

export interface SteerOptions extends LabReference {
  readonly mode: Mode
  /** Of each stretch, 10..600, at least: the first ends when the controller can read its border, the second when it proposes. */
  readonly seconds: number
  /** The same seed gives the same traffic. */
  readonly seed: number
  /** ADDRESS:PORT of console and API; default `127.0.0.1:7600`. */
  readonly listen?: string
  readonly onStep?: (step: LabStep) => void
  /** What happens, for people. */
  readonly onNews?: (news: string) => void
  readonly signal?: AbortSignal
}

export interface SteerReport {
  readonly provenance: LabState['provenance']
  readonly substrate: LabState['substrate']
  readonly mode: Mode
  readonly seed: number
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before its end. */
  readonly loadavg: readonly number[]
  readonly surges: readonly SiteSurge[]
  /** Measured. `after` begins when the command that approves has ended; in the mode `observe` it is a second `noAction`. */
  readonly stretches: { readonly usual: Stretch; readonly noAction: Stretch; readonly after: Stretch }
  /** As the controller had it at the end. Its `expected` and `outcome` are its own; nothing else here is. */
  readonly proposal: ProposalResource
  /** `after`: milliseconds from the surge until it could be read. A better one may have taken its place before the approval. */
  readonly firstProposal: { readonly id: string; readonly after: number }
  /** Milliseconds from the surge to an alarm at 80 % on the readings that the controller had; null: those never were so high. */
  readonly static80After: number | null
  /** Milliseconds. Null in the mode `observe`. */
  readonly approval: {
    /** Until the command ended. */
    readonly command: number
    /** From its start until no link lost packets for a while; null: they went on. */
    readonly relief: number | null
  } | null
  readonly undo: {
    readonly command: number
    /** From its start until the neighbour had the routes of before; null: it did not within half a minute. */
    readonly routesAsBefore: number | null
  } | null
  /** UPDATE messages that the neighbour got from us. */
  readonly updates: { readonly before: number; readonly approved: number; readonly undone: number }
  /** Prefixes that the neighbour was told of and did not know before. */
  readonly newPrefixes: readonly string[]
  /** Whether the neighbour's routes at the end are those of before the surge. */
  readonly routesAsBefore: boolean
}

/** Seconds of a stretch: a step of the controller takes ten, and everything must be over within the time of the classes. */
const shortest = 10
const longest = 600
const source = 'transit'
const sinks = ['office', 'factory'] as const
/** Of the usual traffic: few packets, so that a machine with other things to do can send all of them. */
const load = 0.1
const static80 = 0.8
/** Milliseconds: counters and flows come every few seconds, and a step of the controller takes ten. */
const slowestReading = 120_000
const slowestProposal = 180_000
const slowestUndo = 30_000
/** Seconds: the traffic goes on until the lab ends, and so do the classes, unless they are undone. */
const longerThanThis = 3600

/** Brings up a lab, `steer` unless it has another name, fills its border, and takes it down again. Throws `LabError`; the signal's reason. */
export async function steer(options: SteerOptions): Promise<SteerReport> {
  const { seconds, seed, name = 'steer', home, listen, onStep, signal } = options
  if (!(seconds >= shortest && seconds <= longest))
    throw new LabError('usage', `a stretch lasts ${shortest} s to ${longest / 60} m, got ${seconds} s`)
  const where = { name, ...(home !== undefined && { home }) }
  const lab = await labUp({
    ...where,
    topology: 'border',
    mode: 'attached',
    programs: ['controller', 'exporters', 'devices', 'traffic'],
    traffic: { seed, matrix: 'gravity', load }, // the same with and without measured data
    ...(listen !== undefined && { listen }),
    ...(onStep !== undefined && { onStep }),
    ...(signal !== undefined && { signal }),
  })
  try {
    return await scenario(lab, where, options)
  } catch (error) {
    signal?.throwIfAborted() // what the end of a wait says is less
    throw error
  } finally {
    await lab.down()
  }
}

async function scenario(lab: LabUp, where: LabReference, options: SteerOptions): Promise<SteerReport> {
  const { mode, seconds, seed, onNews, signal } = options
  const network = networkOf(readTopology('border'))
  const ends = borderEnds(network)
  const watch = new ControllerWatch(lab.console, signal)
  const log = await watchShapers(ends, where)
  const told = (): Promise<Told> => askTold(ends, network.as, where)
  const stretch = (span: Span): Stretch => stretchOf(log, new Map(ends.map((end) => [end.link, end.capacity])), span)

  const started = Date.now()
  await watch.ready(slowestReading)
  await watch.look(started + seconds * 1000 - Date.now())
  const before = await told()

  const usualUntil = Date.now()
  const wait = (milliseconds: number): Promise<void> => watch.look(milliseconds)
  const surge = { source, sinks, seconds: longerThanThis, wait }
  const { surges, at: surged } = await fill(ends[0]!, log, where, surge) // the link over which everything enters
  onNews?.(`surge: ${source} sends ${surges.map(({ sink, factor }) => `${sink} ${factor}`).join(', ')} times as much`)
  const first = await watch.proposed(slowestProposal)
  const firstProposal = { id: first.proposal.id, after: first.at - surged }
  onNews?.(`${firstProposal.id} is proposed ${(firstProposal.after / 1000).toFixed(1)} s later; nothing is done yet`)
  await watch.look(surged + seconds * 1000 - Date.now())
  const { proposal } = await watch.proposed(slowestProposal) // another one may have taken its place
  const untouched = await told()

  const acting = Date.now()
  if (mode === 'approve') {
    await runVagus(['proposal', 'approve', proposal.id, '--for', `${longerThanThis}s`], lab.console)
    onNews?.(`${proposal.id} is approved`)
  }
  const acted = Date.now()
  await watch.look(seconds * 1000)
  if (mode === 'approve') await reliefSeen(log, ends, acting, signal)
  const measured = Date.now()
  const approved = await told()
  const last = await watch.proposal(proposal.id)

  const undo = mode === 'approve' ? await undone(proposal.id, lab.console, before, told) : null
  if (undo !== null) onNews?.(`${proposal.id} is undone`)
  const end = await told()
  const links = ends.map(({ link }) => link)
  const alarm = firstAbove(watch.sightings, static80, surged)
  return {
    provenance: lab.provenance,
    substrate: lab.substrate,
    mode,
    seed,
    loadavg: loadavg(),
    surges,
    stretches: {
      usual: stretch({ from: started, to: usualUntil }),
      noAction: stretch({ from: surged, to: acting }),
      after: stretch({ from: acted, to: measured }),
    },
    proposal: last,
    firstProposal,
    static80After: alarm === null ? null : alarm - surged,
    approval: mode === 'approve' ? { command: acted - acting, relief: reliefAfter(log, links, acting) } : null,
    undo,
    updates: {
      before: untouched.updates - before.updates,
      approved: approved.updates - untouched.updates,
      undone: end.updates - approved.updates,
    },
    newPrefixes: [...new Set([untouched, approved, end].flatMap((later) => newPrefixes(before, later)))],
    routesAsBefore: sameRoutes(before, end),
  }
}

/** Waits until the readings can tell a relief: they are a second behind, and it must last a while. */
async function reliefSeen(
  log: ShaperLog,
  ends: readonly BorderEnd[],
  since: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const links = ends.map(({ link }) => link)
  const deadline = Date.now() + 5 * quiet
  while (reliefAfter(log, links, since) === null && Date.now() < deadline)
    await sleep(quiet / 10, undefined, signal === undefined ? {} : { signal })
}

async function undone(
  id: string,
  controller: string,
  before: Told,
  told: () => Promise<Told>,
): Promise<NonNullable<SteerReport['undo']>> {
  const began = Date.now()
  await runVagus(['proposal', 'undo', id], controller)
  const command = Date.now() - began
  while (Date.now() < began + command + slowestUndo)
    if (sameRoutes(before, await told())) return { command, routesAsBefore: Date.now() - began }
  return { command, routesAsBefore: null }
}

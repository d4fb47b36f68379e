/**
 * Asks the agents for the traffic classes of a proposal: all or none. Every agent is asked first what it would do; where
 * one does not take its class later, what the others took goes back to what it was.
 * @module
 */
import { type ProposalResource, type ProposedClass, steeringOwner } from '@vagus/api/steering'
import type { ActuationPlan, ActuationReceipt, ActuationUndone } from '@vagus/api/telemetry'
import { showWords } from '../bgp/agent.ts'
import type { Client } from '../client.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import {
  type Actuation,
  activeAt,
  type ClassChange,
  endClass,
  isAt,
  planClass,
  requestOf,
  setClass,
  steeringAt,
} from './classes.ts'
import { drawingProblem, preferenceProblem, toldWith } from './preference.ts'
import { type Begun, restored } from './restored.ts'

/** A class to set, and what its agent says that it would do. */
interface Setting extends ClassChange {
  readonly plan: ActuationPlan
}

/** In this order, so that a prefix goes straight to its link: it leaves last, when no other link is as good. */
export interface Approval {
  /** On links that the prefix neither leaves nor goes to. */
  readonly aside: readonly Setting[]
  /** Of earlier proposals, on links to which it goes. */
  readonly endings: readonly (ClassChange & { readonly earlier: Actuation })[]
  /** On links that it leaves. */
  readonly leaving: readonly Setting[]
  /** On links to which it goes, where nothing ends: what is told there now, and stays. */
  readonly goals: readonly { readonly prefix: string; readonly link: string; readonly told: ActuationPlan['before'] }[]
}

/** How the agents of the devices are reached. */
export interface Agents {
  readonly agentOf: (device: string) => Promise<Client>
  /** Our end of a link. @throws {Failure} when there is no such link */
  readonly endOf: (link: string) => Promise<Pick<ProposedClass, 'device' | 'interface'>>
}

/** What the agents answered, in the order of the approval. */
export interface Done {
  readonly receipts: readonly ActuationReceipt[]
  readonly undone: readonly ActuationUndone[]
}

/**
 * What the approval would do; nothing is changed. `seconds`: how long the classes are to hold.
 * @throws {Failure} with the reason of the first agent that refuses or does not answer, or why a prefix would not go where
 * it is to
 */
export async function planned(
  { classes, moves }: Pick<ProposalResource, 'classes' | 'moves'>,
  seconds: number,
  { agentOf, endOf }: Agents,
): Promise<Approval> {
  const aside: Setting[] = []
  const leaving: Setting[] = []
  const endings: Approval['endings'][number][] = []
  const goals: Approval['goals'][number][] = []
  const known = new Map<string, { readonly agent: Client; readonly active: readonly Actuation[] }>()
  for (const entry of classes) {
    try {
      const { agent, active } = await look(entry.device)
      const earlier = steeringAt(active, entry)
      if (entry.class !== null) {
        const plan = await planClass(agent, requestOf(entry, entry.class, seconds))
        const problem = earlier === undefined ? drawingProblem(plan) : undefined
        if (problem !== undefined) throw new Failure(exitCode.failed, problem)
        const settings = isLeft(moves, entry) ? leaving : aside
        settings.push({ entry, agent, earlier, plan })
      } else if (earlier !== undefined) endings.push({ entry, agent, earlier })
      else refuseOthers(active, entry)
    } catch (error) {
      throw failureOf(entry, error, 'nothing was changed')
    }
  }
  for (const move of moves) await checkGoal(move)
  return { aside, endings, leaving, goals }

  async function look(device: string) {
    const agent = known.get(device)?.agent ?? (await agentOf(device))
    const found = known.get(device) ?? { agent, active: await activeAt(agent) }
    known.set(device, found)
    return found
  }

  /** The agent of the link to which a prefix goes is asked for what is told there; it sets nothing. */
  async function checkGoal({ prefix, to }: Move): Promise<void> {
    const others = [...aside, ...leaving].filter(({ entry }) => entry.prefix === prefix)
    const [first] = others
    if (first === undefined) return
    const entry = { ...first.entry, link: to, ...(await endOf(to)) }
    try {
      const { agent, active } = await look(entry.device)
      const plan = await planClass(agent, requestOf(entry, first.plan.class.number, seconds))
      const mine = steeringAt(active, entry)
      if (mine !== undefined && !endings.some(({ earlier }) => earlier.id === mine.id))
        throw new Failure(exitCode.failed, `${mine.id} was set there since the proposal was looked at; try again later`)
      // Of what a class that ends hides, only that it is announced is known.
      const told = mine === undefined ? plan.before : plan.before.map((one) => ({ ...one, med: null }))
      const problem = preferenceProblem(
        { link: to, told },
        others.map(({ entry: { link }, plan: other }) => toldWith(link, other)),
      )
      if (problem !== undefined) throw new Failure(exitCode.failed, problem)
      if (mine === undefined) goals.push({ prefix, link: to, told })
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const fix = error.fix === '' ? showWords({ device: entry.device }) : error.fix
      const problem = `${prefix} would not enter over ${to}: ${error.message}; nothing was changed`
      throw new Failure(error.exit, problem, fix, error)
    }
  }
}

type Move = ProposalResource['moves'][number]

/** Whether the prefix leaves the link of the class. */
export const isLeft = (moves: readonly Move[], entry: ProposedClass): boolean =>
  moves.some(({ prefix, from }) => prefix === entry.prefix && from === entry.link)

/** With a class of somebody else on the link that should draw it, the prefix may stay where it is. */
function refuseOthers(active: readonly Actuation[], entry: ProposedClass): void {
  const other = active.find((one) => isAt(one, entry))
  if (other === undefined) return
  throw new Failure(
    exitCode.failed,
    `${entry.prefix} is held by ${other.owner} with ${other.id}; it must undo that first`,
  )
}

/** The longest time that agents take, and by how much the classes aside outlast those on the links that prefixes leave. */
const longest = 86_400
const outlast = 5

/**
 * Does it. A class that was not seen at the neighbours counts as not taken: half of a move may fill another link.
 * All end together, `seconds` after the start, those aside a little later: so a prefix goes straight back, too.
 * `signal` stops it between two classes.
 * @throws {Failure} that says what was taken back, and what is left
 */
export async function carriedOut(
  { aside, endings, leaving }: Approval,
  seconds: number,
  signal: AbortSignal,
): Promise<Done> {
  const receipts: ActuationReceipt[] = []
  const undone: ActuationUndone[] = []
  const begun: Begun[] = []
  const start = Date.now()
  try {
    for (const setting of aside) await set(setting, Math.min(longest, seconds + outlast))
    for (const ending of endings) {
      begin({ change: ending })
      undone.push(await endClass(ending.agent, ending.earlier.id))
    }
    for (const setting of leaving) await set(setting, Math.max(1, seconds - (Date.now() - start) / 1000))
    return { receipts, undone }
  } catch (error) {
    const left = await restored(begun)
    const isLate = error instanceof Failure && error.exit === exitCode.timeout
    const said =
      left.length > 0
        ? `NOT taken back: ${left.map(({ what }) => what).join(', ')}`
        : `all is as it was before${isLate ? ', unless it does it late' : ''}`
    const failure = failureOf(begun.at(-1)?.change.entry, error, said)
    if (left.length === 0) throw failure
    throw new Failure(failure.exit, failure.message, left.map(({ command }) => command).join(' · '), error)
  }

  function begin(one: Begun): void {
    if (signal.aborted) throw new Failure(exitCode.interrupted, 'interrupted')
    begun.push(one)
  }

  async function set(setting: Setting, lasting: number): Promise<void> {
    const one: Begun = { change: setting }
    begin(one)
    const { entry, agent, plan } = setting
    const receipt = await setClass(agent, requestOf(entry, plan.class.number, lasting))
    one.made = receipt.actuation.id
    const problem = receiptProblem(receipt)
    if (problem !== undefined) throw new Failure(exitCode.failed, problem)
    receipts.push(receipt)
  }
}

/** A link none of whose neighbours is told of the prefix draws nothing of it, whatever its class; so it must stay. */
function receiptProblem({ before, after, verifiedAfterMs }: ActuationReceipt): string | undefined {
  const isNew = ({ neighbour }: (typeof after)[number]): boolean => !before.some((told) => told.neighbour === neighbour)
  const added = after.find(isNew)
  if (added !== undefined) return `${added.neighbour} is told of the prefix now, and was not before`
  return verifiedAfterMs !== null || after.length + before.length === 0
    ? undefined
    : 'it was not seen at the neighbours in time'
}

/** `pe-2 does not take class 4 of 10.16.0.0/16 on pe-2-tr-1: why; said` */
function failureOf(entry: ProposedClass | undefined, error: unknown, said: string): Failure {
  if (!(error instanceof Failure)) throw error
  const { exit, message } = error
  if (entry === undefined || exit === exitCode.interrupted) return new Failure(exit, `${message}; ${said}`, '', error)
  const { device, prefix, link, class: number } = entry
  const what = number === null ? `the end of ${steeringOwner}'s class` : `class ${number}`
  const fix = error.fix === '' ? showWords({ device }) : error.fix
  return new Failure(exit, `${device} does not take ${what} of ${prefix} on ${link}: ${message}; ${said}`, fix, error)
}

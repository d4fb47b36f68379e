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
import { restored } from './restored.ts'

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
}

/** What the agents answered, in the order of the approval. */
export interface Done {
  readonly receipts: readonly ActuationReceipt[]
  readonly undone: readonly ActuationUndone[]
}

/**
 * What the approval would do; nothing is changed. `seconds`: how long the classes are to hold.
 * @throws {Failure} with the reason of the first agent that refuses or does not answer
 */
export async function planned(
  { classes, moves }: Pick<ProposalResource, 'classes' | 'moves'>,
  seconds: number,
  agentOf: (device: string) => Promise<Client>,
): Promise<Approval> {
  const aside: Setting[] = []
  const leaving: Setting[] = []
  const endings: Approval['endings'][number][] = []
  const known = new Map<string, { readonly agent: Client; readonly active: readonly Actuation[] }>()
  for (const entry of classes) {
    try {
      const { agent, active } = known.get(entry.device) ?? (await look(entry.device))
      const earlier = steeringAt(active, entry)
      if (entry.class !== null) {
        const plan = await planClass(agent, requestOf(entry, entry.class, seconds))
        const isLeft = moves.some(({ prefix, from }) => prefix === entry.prefix && from === entry.link)
        const settings = isLeft ? leaving : aside
        settings.push({ entry, agent, earlier, plan })
      } else if (earlier !== undefined) endings.push({ entry, agent, earlier })
      else refuseOthers(active, entry)
    } catch (error) {
      throw failureOf(entry, error, 'nothing was changed')
    }
  }
  return { aside, endings, leaving }

  async function look(device: string) {
    const agent = await agentOf(device)
    const found = { agent, active: await activeAt(agent) }
    known.set(device, found)
    return found
  }
}

/** With a class of somebody else on the link that should draw it, the prefix may stay where it is. */
function refuseOthers(active: readonly Actuation[], entry: ProposedClass): void {
  const other = active.find((one) => isAt(one, entry))
  if (other === undefined) return
  throw new Failure(
    exitCode.failed,
    `${entry.prefix} is held by ${other.owner} with ${other.id}; it must undo that first`,
  )
}

/**
 * Does it. A class that was not seen at the neighbours counts as not taken: half of a move may fill another link.
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
  const begun: ClassChange[] = []
  try {
    for (const setting of aside) await set(setting)
    for (const ending of endings) {
      begin(ending)
      undone.push(await endClass(ending.agent, ending.earlier.id))
    }
    for (const setting of leaving) await set(setting)
    return { receipts, undone }
  } catch (error) {
    const left = await restored(begun)
    const isLate = error instanceof Failure && error.exit === exitCode.timeout
    const said =
      left.length > 0
        ? `NOT taken back: ${left.map(({ what }) => what).join(', ')}`
        : `all is as it was before${isLate ? ', unless it does it late' : ''}`
    const failure = failureOf(begun.at(-1)?.entry, error, said)
    if (left.length === 0) throw failure
    throw new Failure(failure.exit, failure.message, left.map(({ command }) => command).join(' · '), error)
  }

  function begin(change: ClassChange): void {
    if (signal.aborted) throw new Failure(exitCode.interrupted, 'interrupted')
    begun.push(change)
  }

  async function set(setting: Setting): Promise<void> {
    begin(setting)
    const { entry, agent, plan } = setting
    const receipt = await setClass(agent, requestOf(entry, plan.class.number, seconds))
    if (!isSeen(receipt)) throw new Failure(exitCode.failed, 'it was not seen at the neighbours in time')
    receipts.push(receipt)
  }
}

/** A link none of whose neighbours is told of the prefix draws nothing of it, whatever its class. */
const isSeen = ({ before, after, verifiedAfterMs }: ActuationReceipt): boolean =>
  verifiedAfterMs !== null || (before.length === 0 && after.length === 0)

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

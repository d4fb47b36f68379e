/**
 * Faults, surges and moves from outside.
 * @module
 */
import { ask } from '../control/client.ts'
import type { Answer, Request } from '../control/messages.ts'
import { LabError } from '../errors.ts'
import type { Fault } from '../fault.ts'
import type { FaultReceipt, LabReference, Move, MoveReceipt, Surge } from '../lab.ts'
import { labPaths } from '../spec.ts'
import type { Stats } from '../traffic/control.ts'
import { findLab } from './folder.ts'

/** Injects a fault. Throws `LabError` `usage` when the lab has no such link, router or program. */
export async function labFault(fault: Fault, which: LabReference = {}): Promise<FaultReceipt> {
  return (await answerTo({ type: 'fault', fault }, 'fault', which)).receipt
}

/** Multiplies the demand of one pair of sites for a while. Throws as `labFault`. */
export async function labSurge(surge: Surge, which: LabReference = {}): Promise<void> {
  await answerTo({ type: 'surge', surge }, 'done', which)
}

/** Moves an agent to another of its access networks. Throws as `labFault`. */
export async function labMove(move: Move, which: LabReference = {}): Promise<MoveReceipt> {
  return (await answerTo({ type: 'move', move }, 'moved', which)).receipt
}

/** What each generator has sent and received since its start, one entry per site. Throws as `labFault`. */
export async function labTraffic(which: LabReference = {}): Promise<readonly Stats[]> {
  return (await answerTo({ type: 'traffic' }, 'traffic', which)).generators
}

async function answerTo<Type extends Answer['type']>(
  request: Request,
  wanted: Type,
  which: LabReference,
): Promise<Extract<Answer, { type: Type }>> {
  const answer = await ask(labPaths(findLab(which)).control, request)
  if (answer === undefined) throw new LabError('not-running', 'the lab has ended; clean up with: vagus lab down')
  if (answer.type === wanted) return answer as Extract<Answer, { type: Type }>
  throw new LabError('failed', `the lab answered "${answer.type}" instead of "${wanted}"`)
}

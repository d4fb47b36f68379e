/** Synchronisation (RFC 8990 §2.5.6): one M_REQ_SYN, one M_SYNCH; or a flood that has already said it. @module */
import type { ErrorCode } from '../errors.ts'
import type { Message, ObjectiveMessage } from '../message/message.ts'
import { hasFlag } from '../objective.ts'
import { encodeCbor } from '@vagus/wire'
import { grasp } from '../registry.ts'
import { objectiveProblem } from './checks.ts'
import { close, openConnection, send } from './connections.ts'
import type { ApiEvent } from './event.ts'
import { floodedObjectives } from './flooding.ts'
import { targetOf } from './negotiating.ts'
import type { Connection, Context } from './node.ts'
import { closeSessionId, openSessionId } from './session-id.ts'

type Request = Extract<ApiEvent, { readonly type: 'request-negotiation' | 'synchronize' }>

/** Asks for the value of an objective; without a locator a valid flood answers at once. */
export function synchronize(context: Context, event: Request): void {
  const { node, config, now, effects } = context
  const { handle } = event
  const fail = (code: ErrorCode, problem?: string): void => {
    effects.push({ type: 'done', handle, code, ...(problem === undefined ? {} : { problem }) })
  }
  const flooded = event.to === undefined ? floodedObjectives(node, event.objective.name, now).at(-1) : undefined
  if (flooded !== undefined) {
    effects.push({ type: 'synchronized', handle, objective: flooded.objective })
    return
  }
  const problem = objectiveProblem(event.objective, config)
  if (problem !== undefined) return fail('CBORfail', problem)
  if (!hasFlag(event.objective, 'synchronization')) return fail('notSynch')
  const target = targetOf(context, event)
  if (target.to === undefined) return fail('noDiscReply')
  if (node.negotiations.size + node.synchronizations.size >= config.limits.sessions) return fail('noSocket')
  const sessionId = openSessionId(context)
  if (sessionId === undefined) return fail('IDclash')
  const connection = openConnection(context, target.to, target.interface, { type: 'synchronization', handle })
  if (connection === undefined) {
    closeSessionId(context, sessionId)
    return fail('noSocket')
  }
  // Only discovery may leave the value out (§2.10.1), so a request carries null.
  const objective = { ...event.objective, value: event.objective.value ?? encodeCbor(null) }
  const deadline = now + (event.timeoutMs ?? grasp.timeoutMs)
  node.synchronizations.set(handle, { objective, sessionId, connection, deadline })
  send(context, connection, { type: 'request-synchronization', sessionId, objective })
}

/** Answers a peer's M_REQ_SYN, or closes the connection at once when nobody listens. */
export function receiveSynchronizationRequest(
  context: Context,
  connection: Connection,
  { objective: { name, loopCount }, sessionId }: ObjectiveMessage,
): void {
  const offering = (context.node.offerings.get(name) ?? []).find(({ listening }) => listening.has('synchronization'))
  const value = offering?.objective.value
  if (offering !== undefined && value !== undefined) {
    const objective = { ...offering.objective, loopCount, value }
    send(context, connection.id, { type: 'synch', sessionId, objective })
  }
  close(context, connection.id)
}

/** A message on the connection of a synchronisation that we asked for. */
export function receiveInSynchronization(context: Context, handle: number, message: Message): void {
  const { node, effects } = context
  const open = node.synchronizations.get(handle)
  if (open === undefined || message.type === 'noop' || message.sessionId !== open.sessionId) return
  if (message.type === 'synch' && message.objective.name === open.objective.name) {
    finish(context, handle)
    effects.push({ type: 'synchronized', handle, objective: message.objective })
  } else endSynchronization(context, handle, 'noValidSynch')
}

export function endSynchronization(context: Context, handle: number, code: ErrorCode): void {
  finish(context, handle)
  context.effects.push({ type: 'done', handle, code })
}

function finish(context: Context, handle: number): void {
  const open = context.node.synchronizations.get(handle)
  if (open === undefined) return
  context.node.synchronizations.delete(handle)
  closeSessionId(context, open.sessionId)
  close(context, open.connection)
}

export function tickSynchronizations(context: Context): void {
  for (const [handle, { deadline }] of context.node.synchronizations) {
    if (context.now >= deadline) endSynchronization(context, handle, 'noSynchReply')
  }
}

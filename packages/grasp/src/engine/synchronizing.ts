/** Synchronisation (RFC 8990 §2.5.6): one M_REQ_SYN, one M_SYNCH. @module */
import type { ErrorCode } from '../errors.ts'
import type { Message, ObjectiveMessage } from '../message/message.ts'
import { close, send } from './connections.ts'
import { forgetUnreached } from './discovery-cache.ts'
import type { Connection, Context } from './node.ts'
import { closeSessionId } from './session-id.ts'

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
  for (const [handle, { connection, deadline }] of context.node.synchronizations) {
    if (context.now < deadline) continue
    forgetUnreached(context, context.node.connections.get(connection))
    endSynchronization(context, handle, 'noSynchReply')
  }
}

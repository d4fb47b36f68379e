/** Negotiations of this node: between ASAs, the machine of `negotiation.ts`, and connections. @module */
import type { Locator } from '../locator.ts'
import type { Discovery, Message, ObjectiveMessage } from '../message/message.ts'
import { hasFlag, type Objective } from '../objective.ts'
import { transportProtocol } from '../registry.ts'
import { valueProblem } from './checks.ts'
import { close, closeWhenSent, openConnection, send } from './connections.ts'
import { forgetUnreached } from './discovery-cache.ts'
import type { ApiEvent, Peer } from './event.ts'
import { beginNegotiation, type NegotiationAction, type NegotiationEvent, stepNegotiation } from './negotiation.ts'
import type { Connection, Context, NegotiationSession } from './node.ts'
import { closeSessionId } from './session-id.ts'
import { sizeOf } from './sizes.ts'

/** Takes a peer's M_REQ_NEG: an ASA that listens gets it, else the connection is closed at once (§2.5.5). */
export function receiveRequest(context: Context, connection: Connection, message: ObjectiveMessage): void {
  const { objective, sessionId } = message
  const asa = listenerFor(context, objective)
  if (asa === undefined || connection.peer === undefined) return close(context, connection.id)
  const handle = context.node.nextHandle--
  connection.use = { type: 'negotiation', handle }
  respond(context, { handle, asa, objective, sessionId, connection: connection.id, peer: connection.peer })
}

/**
 * Takes the request that a discovery in rapid mode is (§2.5.5.1): the answer goes out on a connection of our own, instead of
 * a response. False when nobody here takes it.
 */
export function receiveRapidRequest(context: Context, { objective, sessionId }: Discovery, from: Peer): boolean {
  const { node, config } = context
  const asa = config.rapid === 'on' && objective.value !== undefined ? listenerFor(context, objective) : undefined
  if (asa === undefined || node.active.has(sessionId)) return false
  const to: Locator = {
    type: from.address.length === 4 ? 'ipv4' : 'ipv6',
    address: from.address,
    protocol: transportProtocol.tcp,
    port: from.port,
  }
  const handle = node.nextHandle--
  const connection = openConnection(context, to, from.interface, { type: 'negotiation', handle })
  if (connection === undefined) return false
  respond(context, { handle, asa, objective, sessionId, connection, peer: from })
  return true
}

/** The ASA that takes a negotiation about `objective`; undefined when none does, or at the limit. */
function listenerFor({ node, config }: Context, objective: Objective): string | undefined {
  if (node.negotiations.size + node.synchronizations.size >= config.limits.sessions) return undefined
  const offering = (node.offerings.get(objective.name) ?? []).find(({ listening }) => listening.has('negotiation'))
  return offering !== undefined && isOffered(offering.objective, objective) ? offering.asa : undefined
}

interface Asked {
  readonly handle: number
  readonly asa: string
  readonly objective: Objective
  readonly sessionId: number
  readonly connection: number
  readonly peer: Peer
}

function respond({ node, now, effects }: Context, asked: Asked): void {
  const { handle, asa, objective, sessionId, connection, peer } = asked
  node.negotiations.set(handle, { machine: beginNegotiation('own', sessionId, objective, { now }), connection })
  effects.push({ type: 'negotiation-requested', handle, asa, objective, peer })
}

/** A dry run needs an ASA that said it can (RFC 8991 §2.3.3), a live one needs F_NEG. */
const isOffered = (offered: Objective, asked: Objective): boolean =>
  hasFlag(offered, 'negotiation') && (!hasFlag(asked, 'dryRun') || hasFlag(offered, 'dryRun'))

/** What an ASA does in a negotiation. */
export function actInNegotiation(
  context: Context,
  event: Extract<ApiEvent, { readonly type: 'negotiate' | 'wait' | 'accept' | 'decline' | 'send-invalid' }>,
): void {
  const { node, effects } = context
  const { handle } = event
  const session = node.negotiations.get(handle)
  const problem =
    event.type === 'negotiate' && session !== undefined
      ? valueProblem(event.value, sizeOf(context, session.machine.objective.name))
      : undefined
  if (session === undefined) effects.push({ type: 'done', handle, code: 'noSession' })
  else if (problem !== undefined) effects.push({ type: 'done', handle, code: 'CBORfail', problem })
  else advance(context, handle, session, event)
}

/** A message on the connection of a negotiation. */
export function receiveInNegotiation(context: Context, handle: number, message: Message): void {
  const session = context.node.negotiations.get(handle)
  if (session !== undefined) advance(context, handle, session, { type: 'message', message })
}

/** Steps one negotiation; `closed` when its connection is gone. */
export function stepOne(context: Context, handle: number, event: { readonly type: 'closed' | 'tick' }): void {
  const session = context.node.negotiations.get(handle)
  if (session !== undefined) advance(context, handle, session, event)
}

export function tickNegotiations(context: Context): void {
  for (const [handle, session] of context.node.negotiations) {
    if (context.now < session.machine.deadline) continue
    forgetUnreached(context, context.node.connections.get(session.connection))
    advance(context, handle, session, { type: 'tick' })
  }
}

function advance(context: Context, handle: number, session: NegotiationSession, event: NegotiationEvent): void {
  const timing = { now: context.now, limits: context.config.limits }
  const [machine, actions] = stepNegotiation(session.machine, event, timing)
  session.machine = machine
  for (const action of actions) carryOut(context, handle, session, action)
}

function carryOut(context: Context, handle: number, session: NegotiationSession, action: NegotiationAction): void {
  const { node, effects } = context
  const { connection, machine } = session
  switch (action.type) {
    case 'send':
      return send(context, connection, action.message)
    case 'offered':
      effects.push({ type: 'negotiation-offered', handle, objective: action.objective })
      return
    case 'waits':
      effects.push({ type: 'negotiation-waits', handle, until: action.until })
      return
    case 'refused':
      effects.push({ type: 'done', handle, code: action.code })
      return
    case 'ended': {
      const { code, reason } = action
      const { objective } = machine
      node.negotiations.delete(handle)
      if (handle >= 0) closeSessionId(context, machine.sessionId)
      effects.push({ type: 'negotiation-ended', handle, code, objective, ...(reason === undefined ? {} : { reason }) })
      // In rapid mode our answer may be faster than the connection that it goes out on.
      if (handle < 0) closeWhenSent(context, connection)
      else close(context, connection)
    }
  }
}

/** Negotiations of this node: between ASAs, the machine of `negotiation.ts`, and connections. @module */
import type { ErrorCode } from '../errors.ts'
import type { Message, ObjectiveMessage } from '../message/message.ts'
import { hasFlag, type Objective } from '../objective.ts'
import { objectiveProblem, valueProblem } from './checks.ts'
import { close, openConnection, send } from './connections.ts'
import { cachedLocators } from './discovery-cache.ts'
import type { ApiEvent } from './event.ts'
import { beginNegotiation, type NegotiationAction, type NegotiationEvent, stepNegotiation } from './negotiation.ts'
import type { Connection, Context, NegotiationSession } from './node.ts'
import { closeSessionId, openSessionId } from './session-id.ts'

type Request = Extract<ApiEvent, { readonly type: 'request-negotiation' | 'synchronize' }>

/** Where a request goes: the locator given, else the default choice among those discovered. */
export function targetOf(
  context: Context,
  { to, interface: link, objective }: Request,
): Pick<Request, 'to' | 'interface'> {
  if (to !== undefined) return link === undefined ? { to } : { to, interface: link }
  const [first] = cachedLocators(context, objective.name)
  return first === undefined ? {} : { to: first.locator, interface: first.interface }
}

/** Starts a negotiation with M_REQ_NEG. */
export function requestNegotiation(context: Context, event: Request): void {
  const { node, config, now, effects } = context
  const { handle, objective } = event
  const fail = (code: ErrorCode, problem?: string): void => {
    effects.push({ type: 'done', handle, code, ...(problem === undefined ? {} : { problem }) })
  }
  const problem = objectiveProblem(objective, config)
  if (problem !== undefined) return fail('CBORfail', problem)
  if (!hasFlag(objective, 'negotiation') || objective.value === undefined) return fail('notNeg')
  const target = targetOf(context, event)
  if (target.to === undefined) return fail('noDiscReply')
  if (node.negotiations.size + node.synchronizations.size >= config.limits.sessions) return fail('noSocket')
  const sessionId = openSessionId(context)
  if (sessionId === undefined) return fail('IDclash')
  const connection = openConnection(context, target.to, target.interface, { type: 'negotiation', handle })
  if (connection === undefined) {
    closeSessionId(context, sessionId)
    return fail('noSocket')
  }
  const timing = event.timeoutMs === undefined ? { now } : { now, timeoutMs: event.timeoutMs }
  node.negotiations.set(handle, { machine: beginNegotiation('peer', sessionId, objective, timing), connection })
  send(context, connection, { type: 'request-negotiation', sessionId, objective })
}

/** Takes a peer's M_REQ_NEG: an ASA that listens gets it, else the connection is closed at once (§2.5.5). */
export function receiveRequest(context: Context, connection: Connection, message: ObjectiveMessage): void {
  const { node, config, now, effects } = context
  const { objective, sessionId } = message
  const offering = (node.offerings.get(objective.name) ?? []).find(({ listening }) => listening.has('negotiation'))
  const isFull = node.negotiations.size + node.synchronizations.size >= config.limits.sessions
  const isMismatch = offering !== undefined && !isOffered(offering.objective, objective)
  if (offering === undefined || isFull || isMismatch || connection.peer === undefined)
    return close(context, connection.id)
  const handle = node.nextHandle--
  connection.use = { type: 'negotiation', handle }
  const machine = beginNegotiation('own', sessionId, objective, { now })
  node.negotiations.set(handle, { machine, connection: connection.id })
  effects.push({
    type: 'negotiation-requested',
    handle,
    asa: offering.asa,
    objective,
    peer: connection.peer,
  })
}

/** A dry run needs an ASA that said it can (RFC 8991 §2.3.3), a live one needs F_NEG. */
const isOffered = (offered: Objective, asked: Objective): boolean =>
  hasFlag(offered, 'negotiation') && (!hasFlag(asked, 'dryRun') || hasFlag(offered, 'dryRun'))

/** What an ASA does in a negotiation. */
export function actInNegotiation(
  context: Context,
  event: Extract<ApiEvent, { readonly type: 'negotiate' | 'wait' | 'accept' | 'decline' }>,
): void {
  const { node, config, effects } = context
  const { handle } = event
  const session = node.negotiations.get(handle)
  const problem = event.type === 'negotiate' ? valueProblem(event.value, config) : undefined
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
    if (context.now >= session.machine.deadline) advance(context, handle, session, { type: 'tick' })
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
      close(context, connection)
    }
  }
}

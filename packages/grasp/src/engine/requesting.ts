/**
 * Requests of our ASAs: to the locator given, to one that is known, or to the first that a discovery finds. In rapid mode
 * the discovery is the request already, and a peer's answer comes on a connection of its own (RFC 8990 §2.5.5.1, §2.5.6.3).
 * @module
 */
import { encodeCbor } from '@vagus/wire'
import type { ErrorCode } from '../errors.ts'
import type { Locator } from '../locator.ts'
import type { Message, Response } from '../message/message.ts'
import { hasFlag, type Objective } from '../objective.ts'
import { grasp } from '../registry.ts'
import { objectiveProblem } from './checks.ts'
import { openConnection, send } from './connections.ts'
import { cachedLocators, forgetUnreached } from './discovery-cache.ts'
import type { Request } from './event.ts'
import { floodedObjectives } from './flooding.ts'
import { receiveInNegotiation } from './negotiating.ts'
import { beginNegotiation } from './negotiation.ts'
import type { Connection, Context } from './node.ts'
import { beginSearch, dropSearch, receiveResponse, requestTo, searchOf } from './searching.ts'
import { closeSessionId, openSessionId } from './session-id.ts'
import { sizeOf } from './sizes.ts'

/** Starts a negotiation or synchronisation; `done` says why not. */
export function request(context: Context, event: Request): void {
  const { node, now, effects } = context
  const { handle, objective } = event
  const flooded =
    event.type === 'synchronize' && event.to === undefined
      ? floodedObjectives(node, objective.name, now).at(-1)
      : undefined
  if (flooded !== undefined) {
    effects.push({ type: 'synchronized', handle, objective: flooded.objective })
    return
  }
  const refused = refusalOf(context, event)
  if (refused !== undefined) {
    effects.push({ type: 'done', handle, ...refused })
    return
  }
  const [known] = event.to === undefined ? cachedLocators(context, objective.name) : []
  if (event.to !== undefined) ask(context, { ...event, to: event.to })
  else if (known !== undefined) ask(context, requestTo(event, known), event)
  else discoverFirst(context, event)
}

function refusalOf(context: Context, { type, objective }: Request): { code: ErrorCode; problem?: string } | undefined {
  const { node, config } = context
  const problem = objectiveProblem(objective, sizeOf(context, objective.name))
  if (problem !== undefined) return { code: 'CBORfail', problem }
  if (type === 'synchronize') {
    if (!hasFlag(objective, 'synchronization')) return { code: 'notSynch' }
  } else if (!hasFlag(objective, 'negotiation') || objective.value === undefined) return { code: 'notNeg' }
  return node.negotiations.size + node.synchronizations.size >= config.limits.sessions
    ? { code: 'noSocket' }
    : undefined
}

function ask(context: Context, event: Request & { readonly to: Locator }, retry?: Request): void {
  const { node, now, effects } = context
  const { type, handle, timeoutMs = grasp.timeoutMs } = event
  const sessionId = openSessionId(context)
  if (sessionId === undefined) {
    effects.push({ type: 'done', handle, code: 'IDclash' })
    return
  }
  const use = { type: type === 'synchronize' ? 'synchronization' : 'negotiation', handle } as const
  const connection = openConnection(context, event.to, event.interface, use)
  if (connection === undefined) {
    closeSessionId(context, sessionId)
    effects.push({ type: 'done', handle, code: 'noSocket' })
    return
  }
  // Only discovery may leave the value out (§2.10.1), so a request for one carries null.
  const objective: Objective = { ...event.objective, value: event.objective.value ?? encodeCbor(null) }
  const retried = retry === undefined ? {} : { retry }
  if (type === 'synchronize') {
    node.synchronizations.set(handle, { objective, sessionId, connection, deadline: now + timeoutMs, ...retried })
    send(context, connection, { type: 'request-synchronization', sessionId, objective })
  } else {
    node.negotiations.set(handle, {
      machine: beginNegotiation('peer', sessionId, objective, { now, timeoutMs }),
      connection,
      ...retried,
    })
    send(context, connection, { type: 'request-negotiation', sessionId, objective })
  }
}

/**
 * A connection of ours is closed that never came up. True when its request goes on elsewhere: at the next locator that is
 * remembered, at last at what a discovery finds, so that it ends.
 */
export function askElsewhere(context: Context, connection: Connection): boolean {
  const { node } = context
  const { use } = connection
  if (connection.waiting === undefined) return false
  forgetUnreached(context, connection)
  if (use.type !== 'negotiation' && use.type !== 'synchronization') return false
  const negotiation = node.negotiations.get(use.handle)
  const synchronization = node.synchronizations.get(use.handle)
  const retry = negotiation?.retry ?? synchronization?.retry
  const sessionId = negotiation?.machine.sessionId ?? synchronization?.sessionId
  if (retry === undefined || sessionId === undefined) return false
  node.negotiations.delete(use.handle)
  node.synchronizations.delete(use.handle)
  closeSessionId(context, sessionId)
  request(context, retry)
  return true
}

/** The value goes out only where rapid mode wants it: elsewhere nobody need know it yet. */
function discoverFirst(context: Context, event: Request): void {
  const { value: _value, ...bare } = event.objective
  const objective = context.config.rapid === 'on' ? event.objective : bare
  beginSearch(context, { handle: event.handle, objective, request: event })
}

/** Takes in a response; the first one to a discovery of `request` is asked. */
export function receiveResponseAndAsk(context: Context, response: Response, link: number | undefined): void {
  const found = receiveResponse(context, response, link)
  if (found !== undefined) request(context, found)
}

/** Takes the first message of a peer that answers a discovery in rapid mode; false when it is none. */
export function receiveRapidAnswer(context: Context, connection: Connection, message: Message): boolean {
  if (message.type !== 'negotiate' && message.type !== 'wait' && message.type !== 'end') return false
  const search = searchOf(context, message.sessionId)
  const { node, config, now } = context
  if (search?.request?.type !== 'request-negotiation' || config.rapid === 'off') return false
  const { handle, objective, timeoutMs = grasp.timeoutMs } = search.request
  dropSearch(context, search)
  node.active.add(message.sessionId)
  connection.use = { type: 'negotiation', handle }
  const machine = beginNegotiation('peer', message.sessionId, objective, { now, timeoutMs })
  node.negotiations.set(handle, { machine, connection: connection.id })
  receiveInNegotiation(context, handle, message)
  return true
}

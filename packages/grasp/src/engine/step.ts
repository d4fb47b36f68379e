/**
 * A GRASP node as one step function: an event in, effects out. Total over what peers and neighbours send; a RangeError
 * only for a mistake of the host or an ASA. One node is one instance: the domain's, or DULL on one interface.
 * @module
 */
import type { Message } from '../message/message.ts'
import type { Config } from './config.ts'
import {
  acceptConnection,
  close,
  connectionIsUp,
  dropConnection,
  isIdle,
  receiveOctets,
  tickConnections,
} from './connections.ts'
import { forgetInterface } from './discovery-cache.ts'
import type { Effect } from './effect.ts'
import type { ApiEvent, Event } from './event.ts'
import { expireFlood } from './flooding.ts'
import { receiveDatagram, receiveUnicastDiscovery } from './multicast.ts'
import { actInNegotiation, receiveInNegotiation, receiveRequest, stepOne, tickNegotiations } from './negotiating.ts'
import type { Connection, Context, Node } from './node.ts'
import { flood } from './originating.ts'
import { registering } from './registering.ts'
import { askElsewhere, receiveRapidAnswer, receiveResponseAndAsk, request } from './requesting.ts'
import { discover, endSearch, receiveRapidSynch, tickSearches } from './searching.ts'
import {
  endSynchronization,
  receiveInSynchronization,
  receiveSynchronizationRequest,
  tickSynchronizations,
} from './synchronizing.ts'

/** The node after `event` (the same object, changed in place) and what follows, in order. */
export function step(node: Node, event: Event, config: Config): readonly [Node, readonly Effect[]] {
  const context: Context = { node, config, now: event.now, effects: [] }
  dispatch(context, event)
  return [node, context.effects]
}

function dispatch(context: Context, event: Event): void {
  if ('handle' in event) return call(context, event)
  const { node } = context
  switch (event.type) {
    case 'tick':
      return tick(context)
    case 'interface-up':
      node.interfaces.set(event.interface, event.address)
      return
    case 'interface-down':
      node.interfaces.delete(event.interface)
      return forgetInterface(context, event.interface)
    case 'datagram':
      return receiveDatagram(context, event.octets, event.from)
    case 'accepted':
      return acceptConnection(context, event.connection, event.from)
    case 'connected':
      return connectionIsUp(context, event.connection)
    case 'received':
      return receiveOctets(context, event.connection, event.octets, (connection, message) =>
        receiveMessage(context, connection, message),
      )
    case 'closed':
      return connectionClosed(context, event.connection)
  }
}

function call(context: Context, event: ApiEvent): void {
  if (event.type === 'flood') return flood(context, event)
  if (event.type === 'expire-flood') return expireFlood(context, event)
  if ('asa' in event) return registering(context, event)
  switch (event.type) {
    case 'discover':
      return isHandleFree(context, event.handle) ? discover(context, event) : undefined
    case 'request-negotiation':
    case 'synchronize':
      return isHandleFree(context, event.handle) ? request(context, event) : undefined
    case 'negotiate':
    case 'wait':
    case 'accept':
    case 'decline':
    case 'send-invalid':
      return actInNegotiation(context, event)
    case 'cancel':
      return cancel(context, event.handle)
  }
}

/** @throws {RangeError} a handle that is negative or names an open session */
function isHandleFree({ node }: Context, handle: number): boolean {
  const isUsed = node.searches.has(handle) || node.negotiations.has(handle) || node.synchronizations.has(handle)
  if (handle < 0 || isUsed) throw new RangeError(`"handle" must be 0 or above and not in use, got ${handle}`)
  return true
}

/** The first message says what an accepted connection is for; later ones go to its session. */
function receiveMessage(context: Context, connection: Connection, message: Message): void {
  const { use, id, link } = connection
  if (use.type === 'negotiation') return receiveInNegotiation(context, use.handle, message)
  if (use.type === 'synchronization') return receiveInSynchronization(context, use.handle, message)
  if (message.type === 'response') {
    receiveResponseAndAsk(context, message, link)
    return use.type === 'discovery' ? undefined : close(context, id)
  }
  if (message.type === 'synch') {
    receiveRapidSynch(context, message)
    return close(context, id)
  }
  if (use.type === 'unknown' && receiveRapidAnswer(context, connection, message)) return
  receiveFirst(context, connection, message)
}

/** A request of a peer, or nothing that may come here. */
function receiveFirst(context: Context, connection: Connection, message: Message): void {
  const { node, config } = context
  const { use, id, peer } = connection
  const isRequest =
    message.type === 'request-negotiation' || message.type === 'request-synchronization' || message.type === 'discovery'
  if (!isRequest || use.type !== 'unknown' || peer === undefined || config.mode === 'dull') {
    node.counters.notAllowed++
    return close(context, id)
  }
  if (message.type === 'discovery') {
    connection.use = { type: 'answering' }
    connection.openUntil = context.now
    receiveUnicastDiscovery(context, message, { ...peer, connection: id })
    if (connection.openUntil <= context.now) close(context, id)
  }
  // Both sides drew the same id: this request is dropped without an answer, its initiator times out (§2.8.6).
  else if (node.active.has(message.sessionId)) node.counters.clashes++
  else if (message.type === 'request-negotiation') receiveRequest(context, connection, message)
  else receiveSynchronizationRequest(context, connection, message)
}

function connectionClosed(context: Context, id: number): void {
  const connection = dropConnection(context.node, id)
  if (connection === undefined) return
  const { use } = connection
  if (askElsewhere(context, connection)) return
  if (use.type === 'negotiation') stepOne(context, use.handle, { type: 'closed' })
  else if (use.type === 'synchronization') {
    const code = connection.waiting === undefined ? 'noSynchReply' : 'sockErrSynRq'
    endSynchronization(context, use.handle, code)
  } else if (use.type === 'discovery') {
    const search = context.node.searches.get(use.handle)
    if (search !== undefined) endSearch(context, search, search.found.size > 0 ? 'ok' : 'noDiscReply')
  }
}

function cancel(context: Context, handle: number): void {
  const search = context.node.searches.get(handle)
  if (search !== undefined) endSearch(context, search, 'noDiscReply')
  else if (context.node.synchronizations.has(handle)) endSynchronization(context, handle, 'noSynchReply')
  else if (context.node.negotiations.has(handle)) actInNegotiation(context, { type: 'decline', handle })
}

function tick(context: Context): void {
  const { node, now } = context
  tickSearches(context)
  tickNegotiations(context)
  tickSynchronizations(context)
  tickConnections(context)
  for (const table of [node.recent, node.seen, node.relays, node.discovered, node.floods]) table.sweep(now)
  node.rate.sweep(now)
}

/** When the next `tick` is due: the earliest deadline, or undefined when nothing is awaited. Milliseconds since 1970. */
export function nextDeadline(node: Node): number | undefined {
  const deadlines = [
    ...[...node.searches.values()].map(({ endsAt, repeatAt }) => Math.min(endsAt, repeatAt)),
    ...[...node.negotiations.values()].map(({ machine }) => machine.deadline),
    ...[...node.synchronizations.values()].map(({ deadline }) => deadline),
    ...[...node.connections.values()].filter(({ use }) => isIdle(use)).map(({ openUntil }) => openUntil),
  ]
  return deadlines.length === 0 ? undefined : deadlines.reduce((least, one) => Math.min(least, one))
}

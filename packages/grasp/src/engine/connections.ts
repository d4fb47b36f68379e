/** TCP connections: octets into messages, each connection one session (RFC 8990 §2.5.5, §2.8.6). @module */
import { CborFramer, DecodeError, encodeCbor } from '@vagus/wire'
import { isLinkLocal, type Locator } from '../locator.ts'
import { decodeMessage, messageLimits, sessionIdOf } from '../message/decode.ts'
import { encodeMessage } from '../message/encode.ts'
import type { Message } from '../message/message.ts'
import { messageTypes } from '../registry.ts'
import type { Peer } from './event.ts'
import type { Connection, Context, Node, Use } from './node.ts'
import { checkSize, largestSize } from './sizes.ts'

/** Opens a connection and sends `message` on it; its number, or undefined at the limit. */
export function openConnection(context: Context, to: Locator, link: number | undefined, use: Use): number | undefined {
  const { node, config, now, effects } = context
  if (node.connections.size >= config.limits.connections) return undefined
  const id = node.nextConnection
  node.nextConnection += 2
  const framer = new CborFramer(messageLimits(largestSize(context)))
  node.connections.set(id, { id, peer: undefined, to, link, framer, use, waiting: [], openUntil: now })
  effects.push({ type: 'connect', connection: id, to, ...(link === undefined ? {} : { interface: link }) })
  return id
}

/** Takes a connection that a peer opened, unless there are too many, of it or of all; in DULL only from the own link (§2.5.2). */
export function acceptConnection(context: Context, id: number, from: Peer): void {
  const { node, config, now, effects } = context
  const isMisnumbered = id % 2 !== 0 || node.connections.has(id)
  if (isMisnumbered) throw new RangeError(`"connection" must be even and not in use, got ${id}`)
  if (config.mode === 'dull' && !(isLinkLocal(from.address) && node.interfaces.has(from.interface))) {
    node.counters.notAllowed++
    effects.push({ type: 'close', connection: id })
    return
  }
  if (!hasRoomFor(context, from)) {
    node.counters.connectionsRefused++
    effects.push({ type: 'close', connection: id })
    return
  }
  const { firstMessageMs } = config.limits
  node.accepted.set(keyOf(from), acceptedOf(node, from) + 1)
  node.connections.set(id, {
    id,
    peer: from,
    link: from.interface,
    framer: new CborFramer(messageLimits(largestSize(context))),
    use: { type: 'unknown' },
    waiting: undefined,
    openUntil: now + firstMessageMs,
  })
}

function hasRoomFor({ node, config }: Context, peer: Peer): boolean {
  const { connections, ownConnections, connectionsOfPeer } = config.limits
  return node.connections.size < connections - ownConnections && acceptedOf(node, peer) < connectionsOfPeer
}

const keyOf = ({ address }: Peer): string => address.join('.')
const acceptedOf = ({ accepted }: Node, peer: Peer): number => accepted.get(keyOf(peer)) ?? 0

/** Takes a connection out of the table; undefined when it is not there. */
export function dropConnection(node: Node, id: number): Connection | undefined {
  const connection = node.connections.get(id)
  if (connection === undefined) return undefined
  node.connections.delete(id)
  const { peer } = connection
  if (peer === undefined) return connection
  const left = acceptedOf(node, peer) - 1
  if (left > 0) node.accepted.set(keyOf(peer), left)
  else node.accepted.delete(keyOf(peer))
  return connection
}

export function connectionIsUp(context: Context, id: number): void {
  const connection = context.node.connections.get(id)
  if (connection === undefined) return
  for (const octets of connection.waiting ?? []) context.effects.push({ type: 'send', connection: id, octets })
  connection.waiting = undefined
  if (connection.use.type === 'ending') close(context, id)
}

/** Sends now, or when the connection is up; nothing when it is gone. */
export function send({ node, effects }: Context, id: number, message: Message): void {
  const connection = node.connections.get(id)
  if (connection === undefined) return
  const octets = encodeMessage(message)
  if (connection.waiting === undefined) effects.push({ type: 'send', connection: id, octets })
  else connection.waiting.push(octets)
}

export function close({ node, effects }: Context, id: number): void {
  if (dropConnection(node, id) !== undefined) effects.push({ type: 'close', connection: id })
}

/** Closes a connection of ours on which the peer must still hear what waits: when it is up, or given up. */
export function closeWhenSent(context: Context, id: number): void {
  const connection = context.node.connections.get(id)
  if (connection?.waiting === undefined) return close(context, id)
  connection.use = { type: 'ending' }
  connection.openUntil = context.now + context.config.limits.firstMessageMs
}

/** Closes accepted connections on which nothing came, or no more answers will. */
export function tickConnections(context: Context): void {
  for (const { id, use, openUntil } of context.node.connections.values()) {
    if (isIdle(use) && context.now >= openUntil) close(context, id)
  }
}

/** Whether no session of ours holds a connection of this use. */
export const isIdle = ({ type }: Use): boolean => type === 'unknown' || type === 'answering' || type === 'ending'

/** Hands each message that `octets` complete to `take`, as long as the connection is open. */
export function receiveOctets(
  context: Context,
  id: number,
  octets: Uint8Array,
  take: (connection: Connection, message: Message) => void,
): void {
  const connection = context.node.connections.get(id)
  if (connection === undefined) return
  const { items, error } = connection.framer.push(octets)
  for (const item of items) {
    if (!context.node.connections.has(id)) return
    const message = readOrComplain(context, connection, item)
    if (message !== undefined && message.type !== 'noop') take(connection, message)
  }
  if (error !== undefined) giveUp(context, connection)
}

function readOrComplain(context: Context, connection: Connection, octets: Uint8Array): Message | undefined {
  try {
    return checkSize(context, decodeMessage(octets, largestSize(context)), octets.length)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    complain(context, connection, octets, error)
    return undefined
  }
}

/**
 * M_INVALID for what could not be read (§2.8.12). An unknown type ends nothing. An M_INVALID with a session id can always be
 * read, so none is answered.
 */
function complain(context: Context, connection: Connection, octets: Uint8Array, error: DecodeError): void {
  const found = sessionIdOf(octets, largestSize(context))
  const isKnownType = messageTypes.some(({ code }) => code === found?.type)
  if (found !== undefined) {
    const content = encodeCbor(error.message.slice(0, 200))
    send(context, connection.id, { type: 'invalid', sessionId: found.sessionId, content })
  }
  if (found === undefined || isKnownType) giveUp(context, connection)
  else context.node.counters.malformed++
}

/** A stream that cannot be understood: its session ends as if the peer were gone. */
function giveUp(context: Context, { id }: Connection): void {
  context.node.counters.malformed++
  close(context, id)
}

/** Discoveries and floods as they come: read, admitted, known or new; and as they go out. @module */
import { DecodeError } from '@vagus/wire'
import { isLinkLocal, isLinkLocalLocator } from '../locator.ts'
import { decodeMessage } from '../message/decode.ts'
import { encodeMessage } from '../message/encode.ts'
import type { Discovery, Flood, Message } from '../message/message.ts'
import { dullObjectiveNames } from '../registry.ts'
import type { Peer } from './event.ts'
import { receiveFlood } from './flooding.ts'
import type { Asker, Context } from './node.ts'
import { receiveDiscovery } from './responding.ts'
import { sessionKey } from './session-id.ts'

/** Takes in a multicast datagram. Whatever is wrong with it, it is dropped without an answer (§2.8.12). */
export function receiveDatagram(context: Context, octets: Uint8Array, from: Peer): void {
  const { node, config } = context
  const message = tryDecode(octets, config.limits.maxSize)
  if (message === undefined) {
    node.counters.malformed++
    return
  }
  if (message.type === 'noop') return
  if (message.type !== 'discovery' && message.type !== 'flood') {
    node.counters.notAllowed++
    return
  }
  if (!isAdmitted(context, message, from)) return
  if (message.type === 'discovery') receiveDiscovery(context, message, from)
  else receiveFlood(context, message, from)
}

/** Takes in a discovery that a peer sent to us alone (§2.5.4.2): as if it were multicast, answered on its connection. */
export function receiveUnicastDiscovery(context: Context, message: Discovery, from: Asker): void {
  if (isAdmitted(context, message, from)) receiveDiscovery(context, message, from)
}

function tryDecode(octets: Uint8Array, maxSize: number): Message | undefined {
  try {
    return decodeMessage(octets, maxSize)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** Whether the rules allow the message here, and it is new. */
function isAdmitted(context: Context, message: Discovery | Flood, from: Peer): boolean {
  if (isAllowed(context, message, from)) return isNew(context, message, from)
  context.node.counters.notAllowed++
  return false
}

/** DULL: link-local sources and a loop count of 1 (§2.5.2); elsewhere link-local addresses must not travel (§2.8.11). */
function isAllowed({ node, config }: Context, message: Discovery | Flood, from: Peer): boolean {
  if (!node.interfaces.has(from.interface)) return false
  const tagged = message.type === 'flood' ? message.objectives : [{ objective: message.objective }]
  const stayOnLink = tagged.every(({ objective }) => objective.loopCount === 1)
  if (config.mode === 'dull') {
    const names = config.dullObjectives ?? dullObjectiveNames
    return stayOnLink && isLinkLocal(from.address) && tagged.every(({ objective }) => names.includes(objective.name))
  }
  const isLocal =
    isLinkLocal(message.initiator) ||
    tagged.some((one) => 'locator' in one && one.locator !== undefined && isLinkLocalLocator(one.locator))
  return stayOnLink || !isLocal
}

/**
 * Whether (session id, initiator) is new; remembers it when it is, and when its neighbour has not sent too many. A neighbour
 * is its address: one that goes and comes has another interface each time.
 */
function isNew({ node, config, now }: Context, message: Discovery | Flood, from: Peer): boolean {
  const key = sessionKey(message.sessionId, message.initiator)
  if (node.seen.get(key, now) !== undefined) {
    node.counters.duplicates++
    return false
  }
  if (!node.rate.take(from.address.join('.'), now)) {
    node.counters.rateLimited++
    return false
  }
  node.seen.set(key, true, now + config.limits.seenMs)
  return true
}

/** Sends a multicast message of our own on every interface; a copy that comes back is known. */
export function multicast({ node, config, now, effects }: Context, message: Discovery | Flood): void {
  node.seen.set(sessionKey(message.sessionId, message.initiator), true, now + config.limits.seenMs)
  const octets = encodeMessage(message)
  for (const link of node.interfaces.keys()) effects.push({ type: 'multicast', interface: link, octets })
}

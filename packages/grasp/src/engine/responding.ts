/**
 * Answers discoveries of others (RFC 8990 §2.5.4.3, §2.5.4.4): with our own locator, with what we learnt elsewhere, or by
 * relaying; what the relay brings goes back to the message that caused it.
 *
 *   initiator ──M_DISCOVERY──▶ relay ──M_DISCOVERY (loop count - 1)──▶ responder
 *             ◀──M_RESPONSE──        ◀──M_RESPONSE (locators)──────────
 *               (divert to the locators)
 * @module
 */
import { isLinkLocalLocator, type Locator, locatorKey } from '../locator.ts'
import { encodeMessage } from '../message/encode.ts'
import type { Discovery, Response } from '../message/message.ts'
import { hasFlag, type Objective } from '../objective.ts'
import { grasp } from '../registry.ts'
import { close, send } from './connections.ts'
import { cachedLocators } from './discovery-cache.ts'
import { receiveRapidRequest } from './negotiating.ts'
import { type Asker, type Context, type Offering, ownLocator, type Relay } from './node.ts'
import { relay } from './relaying.ts'
import { sessionKey } from './session-id.ts'
import { sizeOf } from './sizes.ts'

/** Takes in a discovery that is allowed and new. */
export function receiveDiscovery(context: Context, message: Discovery, from: Asker): void {
  const { node } = context
  const { objective } = message
  const offerings = (node.offerings.get(objective.name) ?? []).filter(isDiscoverable)
  if (offerings.length > 0) {
    const isRapid = from.connection === undefined && receiveRapidRequest(context, message, from)
    return isRapid ? undefined : answer(context, message, from, offerings)
  }
  const elsewhere = cachedLocators(context, objective.name).filter((one) => one.interface !== from.interface)
  if (elsewhere.length > 0 && context.config.mode === 'domain') {
    const ttl = Math.floor(Math.min(...elsewhere.map(({ expiresAt }) => expiresAt)) - context.now)
    divert(context, message, from, { ttl, locators: elsewhere.map(({ locator }) => locator) })
    return from.connection === undefined ? undefined : close(context, from.connection)
  }
  relayDiscovery(context, message, from)
}

const isDiscoverable = ({ discoverable, objective }: Offering): boolean =>
  discoverable !== 'no' && hasFlag(objective, 'discovery')

/** Locators of all our ASAs that serve the objective; in rapid mode with the value that is asked for. */
function answer(context: Context, message: Discovery, from: Asker, offerings: readonly Offering[]): void {
  const { config } = context
  const locators = offerings.map(
    ({ locator, discoverable }) =>
      locator ?? ownLocator(context, from.interface, discoverable === 'local' ? 'local' : 'everywhere'),
  )
  const [first] = offerings
  const rapid = config.rapid === 'on' && hasFlag(message.objective, 'synchronization') ? rapidValue(first!) : undefined
  const { sessionId, initiator } = message
  const ttl = Math.min(...offerings.map((offering) => offering.ttl || grasp.responseTtlMs))
  const distinct = [...new Map(locators.map((one) => [locatorKey(one), one])).values()]
  const response: Response = { type: 'response', sessionId, initiator, ttl, option: 'locators', locators: distinct }
  reply(context, from, rapid === undefined ? response : { ...response, objective: rapid })
  if (from.connection !== undefined) close(context, from.connection)
}

/** To the address and port that a multicast came from, or on the connection of a unicast discovery while it is open. */
function reply(context: Context, to: Asker, whole: Response): void {
  const response = fitting(context, whole)
  if (response === undefined) return
  if (to.connection !== undefined) return send(context, to.connection, response)
  const { address, port, interface: link } = to
  context.effects.push({ type: 'deliver', to: { address, port, interface: link }, octets: encodeMessage(response) })
}

/** The response with as many of its locators as fit a message, without its objective if not even one fits beside it. */
function fitting(context: Context, response: Response): Response | undefined {
  const { objective, ...rest } = response
  const most = objective === undefined ? context.config.limits.maxSize : sizeOf(context, objective.name)
  for (let { locators } = response; locators.length > 0; locators = locators.slice(0, -1)) {
    const shorter = { ...response, locators }
    if (encodeMessage(shorter).length <= most) return shorter
  }
  return objective === undefined ? undefined : fitting(context, rest)
}

function rapidValue({ objective, listening }: Offering): Objective | undefined {
  const isReady = objective.value !== undefined && listening.has('synchronization')
  return isReady && hasFlag(objective, 'synchronization') ? objective : undefined
}

interface Divert {
  readonly ttl: number
  readonly locators: readonly Locator[]
  readonly objective?: Objective
}

function divert(context: Context, to: Omit<Discovery, 'type' | 'objective'>, from: Asker, what: Divert): void {
  const locators = what.locators.filter((locator) => !isLinkLocalLocator(locator))
  if (locators.length === 0) return
  const { sessionId, initiator } = to
  const { ttl, objective } = what
  const response: Response = { type: 'response', sessionId, initiator, ttl, option: 'divert', locators }
  reply(context, from, objective === undefined ? response : { ...response, objective })
}

function relayDiscovery(context: Context, message: Discovery, from: Asker): void {
  const { node, now } = context
  const loopCount = message.objective.loopCount - 1
  if (loopCount <= 0) return
  const copies = relay(
    context,
    { ...message, objective: relayedObjective(message.objective, loopCount) },
    from.interface,
  )
  if (copies === 0) return
  node.counters.discoveriesRelayed += copies
  const until = now + grasp.discoveryTimeoutPerLoopMs * loopCount
  const connection = from.connection === undefined ? undefined : node.connections.get(from.connection)
  if (connection !== undefined) connection.openUntil = until
  node.relays.set(
    sessionKey(message.sessionId, message.initiator),
    { name: message.objective.name, from, answers: 0 },
    until,
  )
}

/**
 * The value of a negotiation does not travel on: a responder in rapid mode would begin to negotiate with the relay, where
 * what the initiator needs is an answer that it can be given (§2.5.4.4).
 */
function relayedObjective({ value, ...rest }: Objective, loopCount: number): Objective {
  const isRequest = value === undefined || hasFlag(rest, 'negotiation')
  return isRequest ? { ...rest, loopCount } : { ...rest, loopCount, value }
}

/** The relayed discovery that `response` answers; undefined when there is none, or no more. */
export const relayOf = ({ node, now }: Context, response: Response): Relay | undefined =>
  node.relays.get(sessionKey(response.sessionId, response.initiator), now)

/** Passes on what a relayed discovery brought, to the node whose message caused the relaying. */
export function returnResponse(context: Context, response: Response, to: Relay): void {
  const { node, config } = context
  if (to.answers >= config.limits.responsesPerRelay) return
  to.answers++
  node.counters.responsesReturned++
  const { ttl, locators, objective } = response
  divert(context, response, to.from, { ttl, locators, ...(objective === undefined ? {} : { objective }) })
}

/** Discoveries of our own (RFC 8990 §2.5.4.3): asked again with a new session id and doubled pauses, answers as they come. @module */
import { isLinkLocalLocator, type Locator, locatorKey } from '../locator.ts'
import type { ObjectiveMessage, Response } from '../message/message.ts'
import { encodeMessage } from '../message/encode.ts'
import type { Objective } from '../objective.ts'
import { multicastProblem, objectiveProblem } from './checks.ts'
import type { Config } from './config.ts'
import { close, openConnection, send } from './connections.ts'
import { cachedLocators, forgetEnding, learn } from './discovery-cache.ts'
import type { Discovered } from './effect.ts'
import type { ApiEvent, Request } from './event.ts'
import { multicast } from './multicast.ts'
import type { Context, Search } from './node.ts'
import { relayOf, returnResponse } from './responding.ts'
import { closeSessionId, openSessionId } from './session-id.ts'
import { grasp } from '../registry.ts'

type Discover = Extract<ApiEvent, { readonly type: 'discover' }>

/** Starts a discovery, or answers it from the cache. */
export function discover(context: Context, event: Discover): void {
  const { config, effects } = context
  const { handle, objective, minimumTtlMs = 0 } = event
  const problem = objectiveProblem(objective, config.limits.maxSize) ?? sizeProblem(objective, config)
  if (problem !== undefined) {
    effects.push({ type: 'done', handle, code: 'CBORfail', problem })
    return
  }
  if (event.to === undefined) forgetEnding(context, objective.name, minimumTtlMs)
  const known = event.to === undefined ? cachedLocators(context, objective.name) : []
  if (known.length > 0) {
    for (const found of known) effects.push({ type: 'discovered', handle, name: objective.name, found })
    effects.push({ type: 'discovery-ended', handle, code: 'ok' })
    return
  }
  beginSearch(context, event)
}

function sizeProblem(objective: Objective, { address: initiator }: Config): string | undefined {
  return multicastProblem(encodeMessage({ type: 'discovery', sessionId: 0xffff_ffff, initiator, objective }))
}

/** Asks for the objective, on every interface or one node alone; what comes of it ends the search or is told. */
export function beginSearch(
  context: Context,
  { handle, objective, timeoutMs, to, interface: link, request }: Omit<Discover, 'type'> & Pick<Search, 'request'>,
): void {
  const { node, config, now, effects } = context
  // In DULL no message goes further than the link (§2.5.2).
  const asked = config.mode === 'dull' ? { ...objective, loopCount: 1 } : objective
  const pauseMs = grasp.discoveryTimeoutPerLoopMs * Math.max(1, asked.loopCount)
  const connection = to === undefined ? undefined : openConnection(context, to, link, { type: 'discovery', handle })
  if (to !== undefined && connection === undefined) {
    effects.push({ type: 'discovery-ended', handle, code: 'noSocket' })
    return
  }
  const search: Search = {
    handle,
    objective: asked,
    sessionIds: [],
    found: new Set(),
    endsAt: now + (timeoutMs ?? pauseMs),
    repeatAt: connection === undefined ? now + pauseMs : Infinity, // TCP repeats by itself
    pauseMs,
    ...(connection === undefined ? {} : { connection }),
    ...(request === undefined ? {} : { request }),
  }
  node.searches.set(handle, search)
  if (!ask(context, search)) endSearch(context, search, 'IDclash')
}

function ask(context: Context, { sessionIds, objective, connection }: Search): boolean {
  const sessionId = openSessionId(context)
  if (sessionId === undefined) return false
  sessionIds.push(sessionId)
  const message = { type: 'discovery', sessionId, initiator: context.config.address, objective } as const
  if (connection === undefined) multicast(context, message)
  else send(context, connection, message)
  return true
}

/** Ends discoveries whose time is over, repeats those without an answer. */
export function tickSearches(context: Context): void {
  const { node, now } = context
  for (const search of node.searches.values()) {
    if (now >= search.endsAt) endSearch(context, search, search.found.size > 0 ? 'ok' : 'noDiscReply')
    else if (now >= search.repeatAt && search.found.size === 0) {
      search.pauseMs *= 2
      search.repeatAt = now + search.pauseMs
      ask(context, search)
    }
  }
}

export function endSearch(context: Context, search: Search, code: 'ok' | 'noDiscReply' | 'IDclash' | 'noPeer'): void {
  dropSearch(context, search)
  const type = search.request === undefined ? 'discovery-ended' : 'done'
  context.effects.push({ type, handle: search.handle, code })
}

/** Ends a search without a word. */
export function dropSearch(context: Context, search: Search): void {
  context.node.searches.delete(search.handle)
  for (const id of search.sessionIds) closeSessionId(context, id)
  if (search.connection !== undefined) close(context, search.connection)
}

/**
 * Takes in a response: to a discovery of ours, to one we relayed, or to none, which is dropped; so is one in DULL that leads
 * beyond the link (§2.5.2). Returns what shall now be
 * asked of whom, when the discovery was for a request.
 */
export function receiveResponse(context: Context, response: Response, link: number | undefined): Request | undefined {
  const { node, config } = context
  const isOurs = response.initiator.join('.') === config.address.join('.')
  const search = isOurs ? searchOf(context, response.sessionId) : undefined
  const relay = search === undefined ? relayOf(context, response) : undefined
  const name = search?.objective.name ?? relay?.name
  const mayAnswer =
    config.mode !== 'dull' || (response.option !== 'divert' && response.locators.every(isLinkLocalLocator))
  if (name === undefined || !mayAnswer) {
    node.counters.notAllowed++
    return undefined
  }
  const learnt = learn(context, name, response, link)
  if (relay !== undefined) returnResponse(context, response, relay)
  return search === undefined ? undefined : takeAnswer(context, search, response, learnt)
}

/** What a response means for the search that it answers. */
function takeAnswer(
  context: Context,
  search: Search,
  { objective }: Response,
  learnt: readonly Discovered[],
): Request | undefined {
  const { request } = search
  const hasValue =
    objective?.value !== undefined && objective.name === search.objective.name && context.now < search.endsAt
  if (request === undefined) tell(context, search, learnt)
  if (hasValue && request?.type !== 'request-negotiation') {
    takeValue(context, search, objective)
    return undefined
  }
  const [first] = learnt
  if (request === undefined || first === undefined) return undefined
  dropSearch(context, search)
  return requestTo(request, first)
}

/** The value came with the answer (§2.5.6.3): a synchronisation has what it wants. */
function takeValue(context: Context, search: Search, objective: Objective): void {
  if (search.request !== undefined) dropSearch(context, search)
  context.effects.push({ type: 'synchronized', handle: search.handle, objective })
}

/** Takes in the M_SYNCH of a responder in rapid mode (§2.5.6.3): the value instead of a response. */
export function receiveRapidSynch(context: Context, { sessionId, objective }: ObjectiveMessage): void {
  const search = searchOf(context, sessionId)
  if (search === undefined || search.objective.name !== objective.name) context.node.counters.notAllowed++
  else takeValue(context, search, objective)
}

export const searchOf = ({ node }: Context, sessionId: number): Search | undefined =>
  [...node.searches.values()].find(({ sessionIds }) => sessionIds.includes(sessionId))

/** `request` of what was found. */
export const requestTo = (
  request: Request,
  { locator: to, interface: link }: Discovered,
): Request & { readonly to: Locator } => (link === undefined ? { ...request, to } : { ...request, to, interface: link })

function tell({ config, effects }: Context, search: Search, learnt: readonly Discovered[]): void {
  for (const found of learnt) {
    const key = locatorKey(found.locator)
    if (search.found.has(key) || search.found.size >= config.limits.locatorsPerObjective) continue
    search.found.add(key)
    effects.push({ type: 'discovered', handle: search.handle, name: search.objective.name, found })
  }
}

/** Discoveries of our own (RFC 8990 §2.5.4.3): asked again with a new session id and doubled pauses, answers as they come. @module */
import { locatorKey } from '../locator.ts'
import type { ObjectiveMessage, Response } from '../message/message.ts'
import { encodeMessage } from '../message/encode.ts'
import type { Objective } from '../objective.ts'
import { multicastProblem, objectiveProblem } from './checks.ts'
import type { Config } from './config.ts'
import { cachedLocators, learn } from './discovery-cache.ts'
import type { Discovered } from './effect.ts'
import type { ApiEvent, Peer } from './event.ts'
import { multicast } from './multicast.ts'
import type { Context, Search } from './node.ts'
import { relayOf, returnResponse } from './responding.ts'
import { closeSessionId, openSessionId } from './session-id.ts'
import { grasp } from '../registry.ts'

type Discover = Extract<ApiEvent, { readonly type: 'discover' }>

/** Starts a discovery, or answers it from the cache. */
export function discover(context: Context, event: Discover): void {
  const { node, config, now, effects } = context
  const { handle, objective, minimumTtlMs = 0 } = event
  const problem = objectiveProblem(objective, config) ?? sizeProblem(objective, config)
  if (problem !== undefined) {
    effects.push({ type: 'done', handle, code: 'CBORfail', problem })
    return
  }
  const known = cachedLocators(context, objective.name).filter(({ expiresAt }) => expiresAt >= now + minimumTtlMs)
  if (known.length > 0) {
    for (const found of known) effects.push({ type: 'discovered', handle, name: objective.name, found })
    effects.push({ type: 'discovery-ended', handle, code: 'ok' })
    return
  }
  // In DULL no message goes further than the link (§2.5.2).
  const asked = config.mode === 'dull' ? { ...objective, loopCount: 1 } : objective
  const pauseMs = grasp.discoveryTimeoutPerLoopMs * Math.max(1, asked.loopCount)
  const search: Search = {
    handle,
    objective: asked,
    sessionIds: [],
    found: new Set(),
    endsAt: now + (event.timeoutMs ?? pauseMs),
    repeatAt: now + pauseMs,
    pauseMs,
  }
  node.searches.set(handle, search)
  if (!ask(context, search)) endSearch(context, search, 'IDclash')
}

function sizeProblem(objective: Objective, { address: initiator }: Config): string | undefined {
  return multicastProblem(encodeMessage({ type: 'discovery', sessionId: 0xffff_ffff, initiator, objective }))
}

function ask(context: Context, search: Search): boolean {
  const sessionId = openSessionId(context)
  if (sessionId === undefined) return false
  search.sessionIds.push(sessionId)
  multicast(context, {
    type: 'discovery',
    sessionId,
    initiator: context.config.address,
    objective: search.objective,
  })
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

export function endSearch(context: Context, search: Search, code: 'ok' | 'noDiscReply' | 'IDclash'): void {
  context.node.searches.delete(search.handle)
  for (const id of search.sessionIds) closeSessionId(context, id)
  context.effects.push({ type: 'discovery-ended', handle: search.handle, code })
}

/** Takes in a response: to a discovery of ours, to one we relayed, or to none, which is dropped. */
export function receiveResponse(context: Context, response: Response, from: Peer): void {
  const { node, config, effects, now } = context
  const isOurs = response.initiator.join('.') === config.address.join('.')
  const search = isOurs ? searchOf(context, response.sessionId) : undefined
  const relay = search === undefined ? relayOf(context, response) : undefined
  const name = search?.objective.name ?? relay?.name
  if (name === undefined || (config.mode === 'dull' && response.option === 'divert')) {
    node.counters.notAllowed++
    return
  }
  const learnt = learn(context, name, response, from.interface)
  if (relay !== undefined) returnResponse(context, response, relay)
  if (search === undefined) return
  tell(context, search, learnt)
  const { objective } = response
  if (objective?.value !== undefined && objective.name === name && now < search.endsAt) {
    effects.push({ type: 'synchronized', handle: search.handle, objective })
  }
}

/** Takes in the M_SYNCH of a responder in rapid mode (§2.5.6.3): the value instead of a response. */
export function receiveRapidSynch(context: Context, { sessionId, objective }: ObjectiveMessage): void {
  const search = searchOf(context, sessionId)
  if (search === undefined || search.objective.name !== objective.name) context.node.counters.notAllowed++
  else context.effects.push({ type: 'synchronized', handle: search.handle, objective })
}

const searchOf = ({ node }: Context, sessionId: number): Search | undefined =>
  [...node.searches.values()].find(({ sessionIds }) => sessionIds.includes(sessionId))

function tell({ config, effects }: Context, search: Search, learnt: readonly Discovered[]): void {
  for (const found of learnt) {
    const key = locatorKey(found.locator)
    if (search.found.has(key) || search.found.size >= config.limits.locatorsPerObjective) continue
    search.found.add(key)
    effects.push({ type: 'discovered', handle: search.handle, name: search.objective.name, found })
  }
}

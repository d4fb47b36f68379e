/** Floods (RFC 8990 §2.5.6.2): kept by (name, locator), told to the ASAs, relayed once on every other interface. @module */
import { type Locator, locatorKey } from '../locator.ts'
import type { Flood, TaggedObjective } from '../message/message.ts'
import { hasFlag } from '../objective.ts'
import type { ApiEvent, Peer } from './event.ts'
import type { Context, FloodEntry, Node } from './node.ts'
import { relay } from './relaying.ts'

/** Takes in a flood that is allowed and new. */
export function receiveFlood(context: Context, message: Flood, from: Peer): void {
  const { node, now, effects } = context
  const { initiator, ttl } = message
  node.counters.floodsReceived++
  const expiresAt = ttl === 0 ? Infinity : now + ttl
  const objectives = message.objectives.filter(({ objective }) => hasFlag(objective, 'synchronization'))
  for (const tagged of objectives) {
    node.floods.set(floodKey(tagged), { ...tagged, initiator, interface: from.interface, expiresAt }, expiresAt)
  }
  if (objectives.length > 0) {
    effects.push({ type: 'flooded', objectives, initiator, interface: from.interface, expiresAt })
  }
  const relayed = nextHop(message)
  if (relayed !== undefined) node.counters.floodsRelayed += relay(context, relayed, from.interface)
}

/** The loop count of the first objective alone is counted down; undefined when it has ended. */
function nextHop(message: Flood): Flood | undefined {
  const [first, ...rest] = message.objectives
  if (first === undefined || first.objective.loopCount <= 1) return undefined
  const objective = { ...first.objective, loopCount: first.objective.loopCount - 1 }
  return { ...message, objectives: [{ ...first, objective }, ...rest] }
}

const floodKey = ({ objective, locator }: TaggedObjective): string => keyOf(objective.name, locator)

const keyOf = (name: string, locator: Locator | undefined): string =>
  `${locator === undefined ? '' : locatorKey(locator)}\n${name}`

/** Forgets what an ASA found to be no longer true (RFC 8991 §2.3.8). */
export function expireFlood({ node, now, effects }: Context, event: Extract<ApiEvent, { type: 'expire-flood' }>): void {
  const { handle, asa, name, locator } = event
  const key = keyOf(name, locator)
  const code = !node.asas.has(asa) ? 'noASA' : node.floods.get(key, now) === undefined ? 'notObj' : 'ok'
  if (code === 'ok') node.floods.delete(key)
  effects.push({ type: 'done', handle, code })
}

/** What was flooded for `name` and is valid, refreshed longest ago first. */
export const floodedObjectives = (node: Node, name: string, now: number): readonly FloodEntry[] =>
  [...node.floods.entries(now)].map(([, entry]) => entry).filter(({ objective }) => objective.name === name)

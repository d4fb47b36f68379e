/** Floods of our own ASAs (RFC 8991 §2.3.8). @module */
import { encodeMessage } from '../message/encode.ts'
import type { Flood, TaggedObjective } from '../message/message.ts'
import { hasFlag } from '../objective.ts'
import { multicastProblem, objectiveProblem } from './checks.ts'
import type { ApiEvent } from './event.ts'
import { multicast } from './multicast.ts'
import type { Context } from './node.ts'
import { closeSessionId, openSessionId } from './session-id.ts'

/** Floods objectives of an ASA on every interface (RFC 8991 §2.3.8). */
export function flood(context: Context, event: Extract<ApiEvent, { type: 'flood' }>): void {
  const { handle, asa, ttl } = event
  const { node, config, effects } = context
  // In DULL no message goes further than the link (§2.5.2).
  const objectives = config.mode === 'dull' ? event.objectives.map(toLink) : event.objectives
  const problem = objectives
    .map(({ objective }) => objectiveProblem(objective, config.limits.maxSize))
    .find((one) => one !== undefined)
  const isMine = ({ name }: { readonly name: string }): boolean =>
    (node.offerings.get(name) ?? []).some((one) => one.asa === asa)
  const reply = (
    code: 'ok' | 'noASA' | 'notYourObj' | 'notFloodDisc' | 'CBORfail' | 'IDclash',
    text?: string,
  ): void => {
    effects.push({ type: 'done', handle, code, ...(text === undefined ? {} : { problem: text }) })
  }
  if (!node.asas.has(asa)) return reply('noASA')
  if (!objectives.every(({ objective }) => isMine(objective))) return reply('notYourObj')
  if (problem !== undefined || objectives.length === 0)
    return reply('CBORfail', problem ?? 'a flood needs an objective')
  if (!objectives.every(({ objective }) => hasFlag(objective, 'synchronization') && objective.value !== undefined)) {
    return reply('notFloodDisc')
  }
  const sessionId = openSessionId(context)
  if (sessionId === undefined) return reply('IDclash')
  closeSessionId(context, sessionId) // nobody answers a flood, and `multicast` remembers the id with our address
  const message: Flood = { type: 'flood', sessionId, initiator: config.address, ttl, objectives }
  const tooLong = multicastProblem(encodeMessage(message))
  if (tooLong !== undefined) return reply('CBORfail', tooLong)
  multicast(context, message)
  reply('ok')
}

const toLink = (tagged: TaggedObjective): TaggedObjective => ({
  ...tagged,
  objective: { ...tagged.objective, loopCount: 1 },
})

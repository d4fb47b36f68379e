/** Whether the set of intents holds and who has it, and which intents are not met. @module */
import type { Status } from '@vagus/api'
import type { IntentList } from '@vagus/api/intent'
import { isUnmet, stateMeanings } from '@vagus/api/intent-words'
import type { Client } from '../client.ts'
import { countOf } from '../format.ts'
import { expiresSoon, expiryText } from '../roster/roster-text.ts'
import { type Check, fail, ok, warn } from './check.ts'
import { startedSoon } from './started-soon.ts'

/** Undefined where the controller obeys nobody's intents, or is older than they are. */
export async function askIntents(client: Client, { intents }: Status): Promise<IntentList | undefined> {
  return intents === undefined ? undefined : client.get<IntentList>('IntentList', '/v1/intents')
}

/** @param devices with agents that the controller could ask @param at of the controller */
export function intentChecks(
  list: IntentList | undefined,
  devices: readonly string[],
  at: Pick<Status, 'now' | 'startedAt'>,
): readonly Check[] {
  if (list === undefined) return []
  if (list.epoch === 0)
    return [warn('intents', 'no set of their owner is known yet: nothing new begins', 'vagus intent apply FILE')]
  const found = [...expiryChecks(list), ...deviceChecks(list), ...silentChecks(list, devices, at), ...stateChecks(list)]
  if (found.length > 0) return found
  const held = `${countOf(list.items.length, 'intent')} of set ${list.epoch}`
  return [ok('intents', `${held}, all met or not due; ${countOf(list.devices.length, 'device')} have it`)]
}

function expiryChecks({ expiresAt, now, standing }: IntentList): readonly Check[] {
  const at = expiresAt === null ? Infinity : Date.parse(expiresAt)
  const left = at - Date.parse(now)
  if (left >= expiresSoon && standing !== 'clock') return []
  const fix = 'on the host of the owner: vagus intent export > intents.yaml && vagus intent apply intents.yaml'
  if (standing === 'clock')
    return [fail('intents', 'the clock of the controller is before they were signed: nothing new begins', 'set it')]
  const text = `the set ${expiryText(at, Date.parse(now))}`
  return left <= 0
    ? [fail('intents', `${text}: nothing new begins`, fix)]
    : [warn('intents', `${text}; then nothing new begins`, fix)]
}

function deviceChecks({ devices, epoch }: IntentList): readonly Check[] {
  const late = devices.filter((one) => one.epoch < epoch).map(({ device }) => device)
  if (late.length === 0) return []
  const fix = 'are they connected? vagus device ls'
  return [warn('intents', `agents of these have not got set ${epoch} yet: ${late.join(', ')}`, fix)]
}

function silentChecks(
  { devices, owner }: IntentList,
  asked: readonly string[],
  at: Pick<Status, 'now' | 'startedAt'>,
): readonly Check[] {
  const silent = asked.filter((name) => !devices.some(({ device }) => device === name))
  if (silent.length === 0) return []
  const sinceStart = startedSoon(at)
  if (sinceStart !== undefined)
    return [ok('intents', `agents of these have not reported yet, ${sinceStart}: ${silent.join(', ')}`)]
  const text = `agents of these do not say that they obey: ${silent.join(', ')}`
  return [warn('intents', text, `beside their routers: vagus device … --intents-of ${owner}`)]
}

const stateChecks = ({ items }: IntentList): readonly Check[] =>
  items
    .filter(isUnmet)
    .map(({ name, state, evidence }) =>
      warn('intents', `${name} is ${state}: ${evidence ?? stateMeanings[state]}`, `vagus intent show ${name}`),
    )

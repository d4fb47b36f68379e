/**
 * What the agents beside routers report, as far as the controller can ask them (`devices.agent`), and addresses from
 * which agents were refused.
 * @module
 */
import type { Config, Event, EventList } from '@vagus/api'
import type { DeviceAgent, DevicePolicy } from '@vagus/api/telemetry'
import { policyWords } from '../bgp/agent.ts'
import { policyText } from '../bgp/policy-text.ts'
import type { Client } from '../client.ts'
import { durationText } from '../format.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** Agents asked at once; a host has one, a lab a dozen. */
const maxAsked = 100

/** An agent's answer, or why there is none. */
export interface AskedAgent {
  readonly device: string
  readonly answer: DeviceAgent | Error
}

export function askAgents(client: Client, { devices }: Pick<Config, 'devices'>): Promise<readonly AskedAgent[]> {
  const asked = devices.filter(({ agent }) => agent !== undefined).slice(0, maxAsked)
  return Promise.all(
    asked.map(async ({ name: device }) => {
      const answer = client.get<DeviceAgent>('DeviceAgent', '/v1/agent', { device })
      return { device, answer: await answer.catch((error: unknown) => error as Error) }
    }),
  )
}

export function agentChecks(asked: readonly AskedAgent[]): readonly Check[] {
  if (asked.length === 0) return []
  const [first] = asked.filter(({ answer }) => answer instanceof Error || problemOf(answer) !== undefined)
  const agents = asked.flatMap(({ device, answer }) => {
    const problem = answer instanceof Error ? answer.message : problemOf(answer)
    return problem === undefined ? [] : [`${device}: ${problem}`]
  })
  const without = asked.flatMap(({ device, answer }) =>
    answer instanceof Error || (answer.policy?.state ?? 'in-place') === 'in-place'
      ? []
      : [{ device, policy: answer.policy! }],
  )
  const peering = asked.some(({ answer }) => answer instanceof Error || answer.policy !== undefined)
  return [
    first === undefined
      ? ok(
          'agents',
          `${asked.length} ${asked.length === 1 ? 'answers' : 'answer'}, with all sessions that they should have`,
        )
      : fail('agents', agents.join(' · '), `vagus device show ${first.device} · vagus device --help`),
    ...(peering ? [policyCheck(without)] : []),
  ]
}

function policyCheck(without: readonly LackingPolicy[]): Check {
  if (without.length === 0) return ok('policies', 'in place at every router whose agent answers')
  const found = without.map(({ device, policy }) => `${device} ${policyText(policy)}`).join(' · ')
  return warn('policies', found, policyFix(without))
}

interface LackingPolicy {
  readonly device: string
  readonly policy: DevicePolicy
}

/** Only what is missing can be installed; a problem without lines is the operator's to resolve. */
function policyFix(without: readonly LackingPolicy[]): string {
  const installable = without.find(({ policy }) => policy.missing.length > 0)
  if (installable === undefined) return `${policyWords(without[0]!)}   (the lines it needs)`
  return `${policyWords(installable, '--apply')}   (installs what is missing; without --apply it prints all lines)`
}

/** Milliseconds: a refused agent retries every few seconds, and the event comes once a minute. */
const refusedLately = 150_000

export async function askRefused(client: Client): Promise<readonly Event[]> {
  const list = await client.get<EventList & { kind: 'EventList' }>('EventList', '/v1/events', {
    topics: 'agent',
    limit: 1000,
  })
  return list.items.filter(({ event }) => event === 'agent.refused')
}

/** `now`: the controller's time, in milliseconds since 1970. */
export function refusedChecks(refused: readonly Event[], now: number): readonly Check[] {
  const lately = new Map(
    refused.filter(({ at }) => now - Date.parse(at) < refusedLately).map((event) => [event.subject, event]),
  )
  if (lately.size === 0) return []
  const found = [...lately.values()].map(
    ({ subject, at, fields: { problem } }) =>
      `${subject} refused ${durationText(Math.max(0, now - Date.parse(at)) / 1000)} ago: ${problem}`,
  )
  const fix = 'devices.address must be the source of its session; vagus device --source ADDRESS sets that'
  return [warn('agents', found.join(' · '), fix)]
}

/** The first session that is down, with the reason why the last one ended. */
function problemOf({ sessions }: DeviceAgent): string | undefined {
  const down = sessions.find(({ state }) => state !== 'established')
  if (down === undefined) return undefined
  const { name, state, lastReason } = down
  return `no session with its ${name}: ${lastReason ?? state}`
}

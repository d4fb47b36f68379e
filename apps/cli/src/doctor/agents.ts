/**
 * What the agents beside routers say of themselves, as far as the controller can ask them (`devices.agent`).
 * @module
 */
import type { Config } from '@vagus/api'
import type { DeviceAgent } from '@vagus/api/telemetry'
import type { Client } from '../client.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** Asked at most, all at once; a host has one agent, a lab a dozen. */
const most = 100

/** An agent's answer, or why there is none. */
export interface AskedAgent {
  readonly device: string
  readonly answer: DeviceAgent | Error
}

export function askAgents(client: Client, { devices }: Pick<Config, 'devices'>): Promise<readonly AskedAgent[]> {
  const asked = devices.filter(({ agent }) => agent !== undefined).slice(0, most)
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
    answer instanceof Error || answer.policy.state === 'in-place' ? [] : [`${device} ${answer.policy.state}`],
  )
  return [
    first === undefined
      ? ok('agents', `${asked.length} answer, with sessions to router and controller`)
      : fail('agents', agents.join(' · '), `vagus device show ${first.device} · vagus device --help`),
    without.length === 0
      ? ok('policies', 'in place at every router whose agent answers')
      : warn('policies', without.join(', '), `vagus device policy ${without[0]!.split(' ')[0]}   (what it must have)`),
  ]
}

/** A session that is not there, with why the last one ended. */
function problemOf({ sessions }: DeviceAgent): string | undefined {
  const down = sessions.find(({ state }) => state !== 'established')
  if (down === undefined) return undefined
  const { name, state, lastReason } = down
  return `no session with its ${name}: ${lastReason ?? state}`
}

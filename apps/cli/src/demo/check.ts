/**
 * `vagus demo --check`: waits until the lab works completely, so that a script can test it.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Agent, AgentList, DeviceList, Status } from '@vagus/api'
import type { Client } from '../client.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

const askEveryMilliseconds = 500

/** Answers of the controller about the lab. */
interface Answers {
  readonly status: Status
  readonly devices: DeviceList
  readonly agents: { readonly items: readonly Pick<Agent, 'name' | 'state'>[] }
}

/**
 * What is still missing, in words. Empty when every device exports, its flows and interface counters arrive, and every
 * agent named in `wanted` has published itself. Does not wait for coverage, which takes half a minute more of counters.
 */
export function missingIn({ status, devices: { items }, agents }: Answers, wanted: readonly string[]): string {
  if (!status.ready) return 'the controller is not ready'
  if (items.length === 0) return 'the controller knows no device'
  const silent = items.filter(({ state, recordsPerSecond }) => state !== 'exporting' || recordsPerSecond === 0)
  if (silent.length > 0) return `no flows yet from ${silent.map(({ name }) => name).join(', ')}`
  const uncounted = items.filter(({ counters }) => !counters)
  if (uncounted.length > 0) return `no counters yet from ${uncounted.map(({ name }) => name).join(', ')}`
  if (status.flows.records === 0) return 'no flow record has arrived'
  if (status.traffic.bitsPerSecond === 0) return 'flows arrive, but no traffic is counted'
  const reachable = new Set(agents.items.flatMap(({ name, state }) => (state === 'reachable' ? [name] : [])))
  const absent = wanted.filter((name) => !reachable.has(name))
  return absent.length === 0 ? '' : `no report yet from ${absent.join(', ')}`
}

/**
 * The status once nothing is missing. BGP needs no check: the lab comes up only when every session is established and
 * every router knows every prefix.
 * @throws {Failure} timeout, naming what is missing.
 */
export async function whenComplete(
  client: Client,
  { agents: wanted, seconds }: { readonly agents: readonly string[]; readonly seconds: number },
  signal: AbortSignal,
): Promise<Status> {
  const deadline = performance.now() + seconds * 1000
  let missing = ''
  while (!signal.aborted) {
    try {
      const status = await client.get<Status>('Status', '/v1/status')
      const devices = await client.get<DeviceList>('DeviceList', '/v1/devices', { last: '1m' })
      const agents = await client.get<AgentList>('AgentList', '/v1/agents')
      missing = missingIn({ status, devices, agents }, wanted)
      if (missing === '') return status
    } catch (error) {
      if (!(error instanceof Failure) || signal.aborted) throw error
      missing = error.message
    }
    if (performance.now() > deadline) break
    await pause(askEveryMilliseconds, undefined, { signal }).catch(() => undefined)
  }
  throw new Failure(exitCode.timeout, `not complete after ${seconds} s: ${missing}`, 'vagus lab up, then: vagus doctor')
}

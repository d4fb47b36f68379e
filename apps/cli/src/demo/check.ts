/**
 * `vagus demo --check`: waits until the lab does what it promises, so that a machine can say whether all of it works.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { DeviceList, Status } from '@vagus/api'
import type { Client } from '../client.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

const askEveryMilliseconds = 500

/** What is still missing, in words; empty when every device exports and its flows arrive. */
export function missingIn(status: Status, { items }: DeviceList): string {
  if (!status.ready) return 'the controller is not ready'
  if (items.length === 0) return 'the controller knows no device'
  const silent = items.filter(({ state, recordsPerSecond }) => state !== 'exporting' || recordsPerSecond === 0)
  if (silent.length > 0) return `no flows yet from ${silent.map(({ name }) => name).join(', ')}`
  if (status.flows.records === 0) return 'no flow record has arrived'
  return status.traffic.bitsPerSecond === 0 ? 'flows arrive, but no traffic is counted' : ''
}

/**
 * The status once nothing is missing. BGP needs no look here: the lab comes up only when every session is established
 * and every router knows every prefix.
 * @throws {Failure} timeout, naming what is missing.
 */
export async function whenComplete(client: Client, seconds: number, signal: AbortSignal): Promise<Status> {
  const deadline = performance.now() + seconds * 1000
  let missing = ''
  while (!signal.aborted) {
    try {
      const status = await client.get<Status>('Status', '/v1/status')
      missing = missingIn(status, await client.get<DeviceList>('DeviceList', '/v1/devices', { last: '1m' }))
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

/** Signs the next set of an owner and publishes it, and waits until devices have it. @module */
import { setTimeout as pause } from 'node:timers/promises'
import type { IntentList } from '@vagus/api/intent'
import type { IntentPlaces } from '@vagus/api/intent-places'
import type { IntentSet } from '@vagus/intent'
import type { IntentChanges } from '@vagus/keyring'
import type { Client } from '../client.ts'
import type { Call } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf } from '../format.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { type Owner, ownerOf, rosterOption } from '../roster/owner.ts'

export const publishOptions = {
  ...rosterOption,
  ...controllerOption,
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

type PublishCall = Pick<Call<typeof publishOptions>, 'values' | 'environment' | 'terminal' | 'signal'>

/** The owner here whose intents the controller obeys. @throws {Failure} */
export async function obeyedOwner(call: PublishCall): Promise<{ owner: Owner; places: IntentPlaces; client: Client }> {
  const client = clientFor(call)
  const [owner, places] = await Promise.all([
    ownerOf(call),
    client.get<IntentPlaces>('IntentPlaces', '/v1/intent-places'),
  ])
  if (owner.roster.owner === places.owner) return { owner, places, client }
  throw new Failure(
    exitCode.usage,
    `the controller obeys the intents of ${places.owner}, and ${owner.name} is ${owner.roster.owner}`,
    `in its vagus.yaml, intents: { owner: ${owner.roster.owner} }; then kill -HUP it`,
  )
}

export interface PublishedSet {
  readonly set: IntentSet
  readonly list: IntentList
  /** Devices that had said something of intents before and have it now, and those that have not. */
  readonly late: readonly string[]
  /** Milliseconds until the last one had it, or until we gave up. */
  readonly took: number
}

/** @throws {Failure} one that was signed and could not be published says so */
export async function signAndPublish(
  call: PublishCall,
  { owner, client }: { readonly owner: Owner; readonly client: Client },
  changes: IntentChanges,
): Promise<PublishedSet> {
  const set = await withKeyring({ ...call, values: { home: owner.home } }, (keyring) =>
    keyring.signIntents(owner.name, changes, Date.now()),
  )
  const since = performance.now()
  await client
    .change<IntentList>('IntentList', { method: 'PUT', path: '/v1/intents', body: set.jws })
    .catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error
      const problem = `set ${set.epoch} of ${owner.name} is signed, but not published: ${error.message}`
      throw new Failure(error.exit, problem, 'the same command again signs and publishes the next one', error)
    })
  return { set, ...(await untilKnown(client, set, since, call.signal)) }
}

/** Milliseconds: agents of devices ask for a set at once when they hear of it. */
const patience = 10_000
const step = 200

async function untilKnown(
  client: Client,
  { epoch }: IntentSet,
  since: number,
  signal: AbortSignal,
): Promise<Omit<PublishedSet, 'set'>> {
  for (;;) {
    const list = await client.get<IntentList>('IntentList', '/v1/intents')
    const took = performance.now() - since
    const late = list.devices.filter((one) => one.epoch < epoch).map(({ device }) => device)
    if (late.length === 0 || took >= patience || signal.aborted) return { list, late, took }
    await pause(step, undefined, { signal })
  }
}

/** One line on who has it. */
export function spreadText({ list: { devices }, late, took }: PublishedSet, places: IntentPlaces): string {
  const seconds = `${(took / 1000).toFixed(1)} s`
  const have = devices.filter(({ device }) => !late.includes(device)).map(({ device }) => device)
  const silent = places.devices.filter((name) => !devices.some(({ device }) => device === name))
  const said = [
    ...(have.length === 0 ? [] : [`${countOf(have.length, 'device')} have it after ${seconds}: ${have.join(', ')}`]),
    ...(late.length === 0 ? [] : [`not yet after ${seconds}: ${late.join(', ')}`]),
    ...(silent.length === 0
      ? []
      : [`of these nothing is known: ${silent.join(', ')} (vagus device … --intents-of ${places.owner})`]),
  ]
  return said.length === 0 ? 'no devices are configured' : said.join('\n')
}

/** The groups of an agent of this host, as its side-car tells them. @module */
import type { Client } from '../client.ts'
import type { Call } from '../command.ts'
import type { Options } from '../option.ts'
import { sideCarClient, sideCarOf } from '../side-car.ts'

/** For whoever named another one. */
export const whichGroups = 'the groups there are, and what this agent may do in each: vagus group ls'

type Whose = Pick<Call<Options>, 'environment' | 'signal'> & {
  readonly values: { readonly 'side-car': string | undefined }
}

/** `http://127.0.0.1:40000/groups`, with `/t/TOKEN` if the side-car needs one. @throws {Failure} usage */
export function groupsUrl({ values, environment }: Pick<Whose, 'values' | 'environment'>): string {
  return `${sideCarOf(values['side-car'] ?? environment['VAGUS_AGENTS_URL'])}/groups`
}

/** @throws {Failure} usage */
export function groupsClient(call: Whose): { readonly client: Client; readonly pathOf: (name: string) => string } {
  const sideCar = sideCarOf(call.values['side-car'] ?? call.environment['VAGUS_AGENTS_URL'])
  const { client, pathOf } = sideCarClient(sideCar, call.signal)
  return { client, pathOf: (name) => pathOf(name === '' ? '/groups' : `/groups/${encodeURIComponent(name)}`) }
}

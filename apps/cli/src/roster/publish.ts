/** Signs the next roster of an owner and publishes it. @module */
import type { RosterResource } from '@vagus/api'
import type { Roster } from '@vagus/identity'
import type { RosterChanges } from '@vagus/keyring'
import { controllerAddress, optionalController } from '../address.ts'
import { type Client, clientOf } from '../client.ts'
import type { Call } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import { bearerFor } from '../login/bearer-for.ts'
import type { Options } from '../option.ts'
import { operatorKeyHere } from '../operator-key.ts'
import { type Owner, rosterFileOf, rosterOption } from './owner.ts'
import { rosterResource } from './roster-text.ts'

/** Of every command that changes a roster. */
export const changeOptions = {
  ...rosterOption,
  controller: {
    type: 'text',
    value: 'ADDRESS',
    description: 'where to publish (default $VAGUS_CONTROLLER; else the file is yours to copy)',
  },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export type ChangeCall = Pick<Call<typeof changeOptions>, 'values' | 'environment' | 'terminal' | 'signal'>

/** The next roster, and the controller that has it now; undefined: none is named. */
export interface Published {
  readonly roster: Roster
  readonly client: Client | undefined
}

/** @throws {Failure} and what `change` throws; one that was signed and could not be published says so */
export async function changeRoster(
  call: ChangeCall,
  owner: Owner,
  change: (before: Roster) => RosterChanges,
): Promise<Published> {
  const roster = await withKeyring({ ...call, values: { home: owner.home } }, (keyring) =>
    keyring.signRoster(owner.name, (before) => change(before ?? owner.roster), Date.now()),
  )
  return { roster, client: await publish(call, owner, roster) }
}

/** Undefined where no controller is named. @throws {Failure} */
export async function publish(call: ChangeCall, owner: Owner, roster: Roster): Promise<Client | undefined> {
  const named = optionalController(call.values.controller, call.environment) ?? owner.controller
  if (named === undefined) return undefined
  const client = clientOf(controllerAddress(named), call.signal)
  const bearer = (await bearerFor(client.address, call.environment)) ?? (await operatorKeyHere(call, client.address))
  const path = `/v1/rosters/${roster.owner}`
  const shown = bearer === undefined ? {} : { bearer }
  await client
    .change<RosterResource>('Roster', { method: 'PUT', path, body: roster.jws, ...shown })
    .catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error
      const problem = `roster ${roster.epoch} of ${owner.name} is signed, but not published: ${error.message}`
      throw new Failure(
        error.exit,
        problem,
        error.exit === exitCode.denied ? entryOf(owner) : 'later: vagus roster publish',
        error,
      )
    })
  return client
}

const entryOf = ({ name, roster }: Owner): string =>
  `in vagus.yaml of that controller, access: { owners: [{ name: ${name}, id: ${roster.owner} }] }; then: vagus roster publish`

/** Says what has changed, one line each, and where the roster is now; or the roster as JSON. */
export function tellChange(call: ChangeCall, owner: Owner, published: Published, lines: readonly string[]): void {
  const { values, terminal } = call
  const text = values.json
    ? jsonText(rosterResource(published.roster, owner.name))
    : [...lines, whereText(owner, published)].map((line) => `${line}\n`).join('')
  terminal.out(text)
}

/** One line on where the roster is now. */
function whereText(owner: Owner, { roster, client }: Published): string {
  const until = new Date(roster.expiresAt).toISOString().slice(0, 10)
  const signed = `roster ${roster.epoch} of ${owner.name}, which holds until ${until}`
  if (client !== undefined) return `${signed}, is published at ${client.address.text}`
  return `${signed}, is in ${rosterFileOf(owner)}
no controller is named: copy it to a --lookup folder of each host, as ${owner.name}.roster, or: vagus roster publish --controller ADDRESS`
}

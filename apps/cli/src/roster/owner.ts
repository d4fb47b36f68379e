/** The owner whose roster a command is about: of this host, or of the lab that is asked. @module */
import { join } from 'node:path'
import { nearestOf } from '@vagus/api/nearest'
import type { Roster } from '@vagus/identity'
import type { Keyring } from '@vagus/keyring'
import { controllerAddress, defaultAddress } from '../address.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOf, type Whose, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { memberCalled } from './members.ts'

export const rosterOption = {
  roster: {
    type: 'text',
    value: 'OWNER',
    description: 'owner of the roster, an agent of this host (default: the only one)',
  },
} as const satisfies Options

export interface Owner {
  readonly name: string
  readonly keyring: Keyring
  /** As it was when it was looked for; changes get the newest. */
  readonly roster: Roster
  /** Of its keyring. */
  readonly home: string
  /** Where its roster is published unless another controller is named: that of its lab. */
  readonly controller: string | undefined
}

type OwnerCall = Whose & {
  readonly values: { readonly roster?: string | undefined; readonly controller?: string | undefined }
}

/**
 * Of several, the one that `--roster` names; else the one that has the member.
 * @param member name or id of a member, where the command is about one
 * @throws {Failure} usage, with those that there are
 */
export async function ownerOf(call: OwnerCall, member?: string): Promise<Owner> {
  const { roster: named } = call.values
  const all = await ownersHere(call)
  const found = named === undefined ? all : all.filter(({ name, roster }) => name === named || roster.owner === named)
  const fitting =
    found.length < 2 || member === undefined ? found : found.filter((one) => memberCalled(one.roster, member))
  const [one] = fitting
  if (one !== undefined && fitting.length === 1) return one
  throw noneOf(all, named, fitting.length === 0 ? member : undefined)
}

function noneOf(all: readonly Owner[], named: string | undefined, member: string | undefined): Failure {
  const names = [...new Set(all.map(({ name }) => name))]
  if (all.length === 0)
    return new Failure(exitCode.usage, 'no agent of this host owns a fleet', 'begin one: vagus roster new NAME')
  if (named !== undefined && !names.includes(named)) {
    const near = nearestOf(named, new Set(names))
    const fix = near === undefined ? `there are ${names.join(', ')}` : `did you mean --roster ${near}?`
    return new Failure(exitCode.usage, `"${named}" owns no fleet on this host`, fix)
  }
  const those = `${names.join(' and ')} own fleets on this host`
  const problem = member === undefined ? those : `${those}, and "${member}" is a member of none`
  return new Failure(exitCode.usage, problem, `say which: --roster ${names[0]}`)
}

/** Those of the home that is named, or else of this user and of the lab that is asked. */
async function ownersHere(call: OwnerCall): Promise<readonly Owner[]> {
  const home = await homeOf(call)
  const own = await ownersIn(call, home, undefined)
  if (call.values.home !== undefined) return own
  const address = controllerAddress((call.values.controller ?? call.environment['VAGUS_CONTROLLER']) || defaultAddress)
  const { agentsOfLab } = await import('@vagus/lab/controller-home')
  const ofLab = agentsOfLab(address.type === 'unix' ? address : { host: address.host, port: address.port }, home)
  return ofLab === undefined ? own : [...own, ...(await ownersIn(call, ofLab, address.text))]
}

function ownersIn({ environment }: Whose, home: string, controller: string | undefined): Promise<readonly Owner[]> {
  return withKeyring({ values: { home }, environment }, (keyring) =>
    keyring.owners().flatMap((name) => {
      const roster = keyring.roster(name)
      return roster === undefined ? [] : [{ name, keyring, roster, home, controller }]
    }),
  )
}

/** Where a person finds the signed roster. */
export const rosterFileOf = ({ home, name }: Owner): string => join(home, 'agents', name, 'roster.jws')

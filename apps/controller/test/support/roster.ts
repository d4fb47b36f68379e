/** Signed rosters, always the same for the same numbers. */
import assert from 'node:assert/strict'
import { agentIdOf, beginKeyLog, type Member, type Roster, rotateKey, signRoster } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { signer } from './agent-document.ts'

/** Of the agent with the key of that number. */
export const idOf = (number: number): string => agentIdOf(signer(number).publicKey)

export interface RosterOptions {
  readonly epoch: number
  readonly members?: readonly Member[]
  /** The owner's keys are of `first` and the number after it. */
  readonly first?: number
  readonly days?: number
  /** Of the owner's key, at most one: to the key of the number after. */
  readonly rotations?: 0 | 1
  readonly name?: string
}

/** @param now milliseconds since 1970 */
export function rosterOf(
  now: number,
  { epoch, members = [], first = 50, days = 90, name, rotations = 0 }: RosterOptions,
): Roster {
  const begun = beginKeyLog(signer(first), signer(first + 1).publicKey, identityCrypto)
  const next = signer(first + 2).publicKey
  const log = rotations === 0 ? begun : rotateKey(begun, signer(first + 1), next, identityCrypto)
  assert.ok(!('type' in log))
  const iat = Math.floor(now / 1000)
  const draft = { epoch, iat, exp: iat + days * 86_400, members, policies: 'permit (principal, action, resource);' }
  const others = name === undefined ? {} : { others: { name } }
  const signed = signRoster({ ...draft, ...others }, log, signer(first + rotations), identityCrypto)
  assert.ok(signed.type === 'signed', JSON.stringify(signed))
  return signed.roster
}

export const member = (number: number, name: string, reason?: string): Member => ({
  id: idOf(number),
  name,
  roles: ['worker'],
  ...(reason === undefined ? {} : { quarantine: { since: Date.UTC(2026, 10, 26), reason } }),
})

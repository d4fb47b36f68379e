/**
 * The roster that an agent of this host has signed as the owner of a fleet: `NAME/roster.jws` beside its keys. It is on disk
 * before anyone sees it, so that no epoch is used twice. It says the owner's name, for people: `"name": "acme"`.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import {
  type Identity,
  type Member,
  type Roster,
  signRoster,
  usualRosterSeconds,
  verifyRosterWhenIssued,
} from '@vagus/identity'
import { identityCrypto, signerOf } from '@vagus/transport/identity-crypto'
import { KeyringError } from './errors.ts'
import type { Seeds } from './key-files.ts'
import { withSystemErrors, writeFileWhole } from './private-file.ts'

/** What the next roster says; what is left out stays as it was. */
export interface RosterChanges {
  readonly members?: readonly Member[]
  /** In Cedar. Whether they compile is for the caller to find out before. */
  readonly policies?: string
  readonly services?: Roster['services']
  /** Seconds for which it holds. Default: for as long as the one before, the first one for 90 days. */
  readonly holdsSeconds?: number
}

/** Even one that has expired: signing the next one fixes that. `undefined`: there is none. @throws {KeyringError} */
export function readOwnRoster(path: string): Roster | undefined {
  if (!existsSync(path)) return undefined
  const read = verifyRosterWhenIssued(withSystemErrors(path, () => readFileSync(path, 'utf8')).trim(), identityCrypto)
  if (read.type === 'verified') return read.roster
  throw new KeyringError('damaged', `${path}: ${read.because.problem}`, 'put back a copy of it')
}

/** What has ended takes no room in the next roster. */
function withoutEnded(member: Member, now: number): Member {
  const { terms, ...rest } = member
  if (terms === undefined) return member
  const left = terms.filter(({ until }) => now < until)
  return left.length === 0 ? rest : { ...rest, terms: left }
}

/**
 * Signs what follows `before` and writes it whole. To be called while the agent's files are locked.
 * @param now milliseconds since 1970
 * @throws {KeyringError} `refused` if it breaks a rule of rosters, `unavailable`
 */
export function writeOwnRoster(
  path: string,
  { name, identity, seeds }: { readonly name: string; readonly identity: Identity; readonly seeds: Seeds },
  before: Roster | undefined,
  changes: RosterChanges,
  now: number,
): Roster {
  const iat = Math.floor(now / 1000)
  const usual = before === undefined ? usualRosterSeconds : (before.expiresAt - before.issuedAt) / 1000
  const draft = {
    epoch: (before?.epoch ?? 0) + 1,
    iat,
    exp: iat + (changes.holdsSeconds ?? usual),
    members: (changes.members ?? before?.members ?? []).map((member) => withoutEnded(member, now)),
    policies: changes.policies ?? before?.policies ?? '',
    services: changes.services ?? before?.services ?? [],
    others: { ...before?.others, name },
  }
  const outcome = signRoster(draft, identity.keyLog, signerOf(seeds.ed25519), identityCrypto)
  if (outcome.type === 'refused') throw new KeyringError('refused', outcome.because.problem, 'see: vagus roster --help')
  writeFileWhole(path, `${outcome.roster.jws}\n`, 0o644)
  return outcome.roster
}

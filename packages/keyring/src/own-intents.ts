/**
 * The sets of intents that an agent of this host has signed as their owner: `NAME/intents.jws`, and the one before it, so
 * that it can be signed again. The newest is on disk before anyone sees it, so that no epoch is used twice.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import type { Identity } from '@vagus/identity'
import {
  type Intent,
  type IntentSet,
  type Places,
  signIntents,
  usualIntentSetSeconds,
  verifyIntentsWhenIssued,
} from '@vagus/intent'
import { identityCrypto, signerOf } from '@vagus/transport/identity-crypto'
import { KeyringError } from './errors.ts'
import type { Seeds } from './key-files.ts'
import { withSystemErrors, writeFileWhole } from './private-file.ts'

/** What the next set says. */
export interface IntentChanges {
  readonly intents: readonly Intent[]
  readonly places: Places
  /** Seconds for which it holds; default 90 days. */
  readonly holdsSeconds?: number
}

/** Even one that has expired. `undefined`: there is none. @throws {KeyringError} */
export function readOwnIntents(path: string): IntentSet | undefined {
  if (!existsSync(path)) return undefined
  const read = verifyIntentsWhenIssued(withSystemErrors(path, () => readFileSync(path, 'utf8')).trim(), identityCrypto)
  if (read.type === 'verified') return read.set
  throw new KeyringError('damaged', `${path}: ${read.because.problem}`, 'put back a copy of it')
}

export interface OwnIntentFiles {
  readonly newest: string
  readonly former: string
}

/**
 * Signs what follows `before` and writes it whole, and `before` as the former one. To be called while the agent's files are
 * locked. A kill in between leaves two that are the same: then the next one signs on from there.
 * @param now milliseconds since 1970
 * @throws {KeyringError} `refused` if it breaks a rule of sets, `unavailable`
 */
export function writeOwnIntents(
  { newest, former }: OwnIntentFiles,
  { identity, seeds }: { readonly identity: Identity; readonly seeds: Seeds },
  before: IntentSet | undefined,
  { intents, places, holdsSeconds = usualIntentSetSeconds }: IntentChanges,
  now: number,
): IntentSet {
  const iat = Math.floor(now / 1000)
  const draft = {
    epoch: (before?.epoch ?? 0) + 1,
    previous: before?.hash ?? null,
    iat,
    exp: iat + holdsSeconds,
    places,
    intents,
  }
  const outcome = signIntents(draft, identity.keyLog, signerOf(seeds.ed25519), identityCrypto)
  if (outcome.type === 'refused')
    throw new KeyringError('refused', outcome.because.problem, 'nothing was signed; see: vagus cheat intent')
  if (before !== undefined) writeFileWhole(former, `${before.jws}\n`, 0o644)
  writeFileWhole(newest, `${outcome.set.jws}\n`, 0o644)
  return outcome.set
}

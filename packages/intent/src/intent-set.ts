/**
 * The signed set of all intents of an owner: one document with an epoch, so that nobody who passes it on can drop an intent.
 * Beside the members of every statement (`@vagus/identity/statement`):
 *
 *   { "previous": "base64url of SHA-256 of the signed set before", "places": { "sites": {…}, "links": {…}, "borders": {…} },
 *     "intents": [{ "name": "launch", "scope": { "borders": ["transit"] }, "from": 1790000000, "until": 1790600000,
 *                   "priority": 10, "because": "…", "goal": { "type": "freeze" } }] }
 *
 * @module
 */
import type { IdentityCrypto, KeyLog, Refused, Signer } from '@vagus/identity'
import { canonicalOctets, type JsonValue, signJws } from '@vagus/identity'
import {
  acceptStatement,
  checkKeyLog,
  checkValidity,
  encodeBase64url,
  readStatement,
  RefusalError,
  settle,
  type Statement,
  type StatementKind,
} from '@vagus/identity/statement'
import type { Intent, Places } from './intent.ts'
import { intentPayload, placesPayload } from './intent-payload.ts'
import { readIntents } from './read-intent.ts'
import { readPlaces } from './read-places.ts'

/** A GRASP message of 65,536 octets takes it. Longer ones are not read. */
export const maxIntentSetCharacters = 61_440
/** More than one operator keeps in mind. */
export const maxIntents = 128
/** What an owner signs for if nothing else is asked. */
export const usualIntentSetSeconds = 90 * 86_400
/** An owner that has not signed for over a year counts as gone. */
const maxIntentSetSeconds = 400 * 86_400

const kind: StatementKind = {
  type: 'vagus-intents',
  what: 'the set of intents',
  maxCharacters: maxIntentSetCharacters,
  maxSeconds: maxIntentSetSeconds,
}

export interface IntentSet extends Statement {
  /** `hash` of the set before; null: there was none. */
  readonly previous: string | null
  readonly places: Places
  /** Names are unique. */
  readonly intents: readonly Intent[]
  /** Of `jws`: SHA-256 in base64url, 43 characters. */
  readonly hash: string
}

/**
 * The set that `jws` proves at `now` (milliseconds since 1970). Whether it may replace a known one is up to `acceptIntents`.
 */
export function verifyIntents(
  jws: string,
  now: number,
  crypto: IdentityCrypto,
): { readonly type: 'verified'; readonly set: IntentSet } | Refused {
  return settle(() => {
    const set = checkIntents(jws, crypto)
    checkValidity({ iat: set.issuedAt / 1000, exp: set.expiresAt / 1000 }, now)
    return { type: 'verified', set }
  })
}

/** The set that `jws` proved when it was issued, even if it has expired since: for whoever must not go back behind it. */
export function verifyIntentsWhenIssued(jws: string, crypto: IdentityCrypto): ReturnType<typeof verifyIntents> {
  return settle(() => ({ type: 'verified', set: checkIntents(jws, crypto) }))
}

function checkIntents(jws: string, crypto: IdentityCrypto): IntentSet {
  const { statement, members } = readStatement(jws, kind, crypto)
  const places = readPlaces(members.object('places'))
  return {
    ...statement,
    previous: members.has('previous') ? encodeBase64url(members.octets('previous', 32)) : null,
    places,
    intents: readIntents(members.list('intents', maxIntents), places),
    hash: encodeBase64url(crypto.sha256(new TextEncoder().encode(jws))),
  }
}

/** `accepted`: `set` is the one to keep. `unchanged`: it is already known. */
export type IntentSetAcceptance = { readonly type: 'accepted' | 'unchanged'; readonly set: IntentSet } | Refused

/**
 * Whether `next` may replace `known`, the last one accepted, or `undefined`: as `acceptStatement`, and besides the set of the
 * very next epoch must name `known` as the one before it. Epochs may be left out by who was away for a while.
 */
export function acceptIntents(known: IntentSet | undefined, next: IntentSet): IntentSetAcceptance {
  const accepted = acceptStatement(known, next, 'set of intents')
  if (accepted.type === 'refused') return accepted
  if (accepted.type === 'accepted' && known !== undefined && isNext(known, next) && next.previous !== known.hash) {
    const problem = `epoch ${next.epoch} does not follow the set of epoch ${known.epoch} that is known: it names another one`
    return { type: 'refused', because: { code: 'rollback', problem } }
  }
  return { type: accepted.type, set: accepted.statement }
}

/** A rotation may be because of a thief, whose sets its owner does not know. */
const isNext = (known: IntentSet, next: IntentSet): boolean =>
  next.epoch === known.epoch + 1 && next.keyLog.length === known.keyLog.length

/** The statements of the owner; everything else follows from its key log. */
export interface IntentSetDraft {
  /** Higher than in every set signed earlier; 1 for the first. */
  readonly epoch: number
  /** Of the set before; null for the first. */
  readonly previous: string | null
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
  readonly places: Places
  readonly intents: readonly Intent[]
}

/**
 * The set of `draft`, signed by `signer`, the last key of the owner's `keyLog`. Refused, as a verifier would, if the draft
 * breaks a rule or the key is another one.
 */
export function signIntents(
  draft: IntentSetDraft,
  keyLog: KeyLog,
  signer: Signer,
  crypto: IdentityCrypto,
): { readonly type: 'signed'; readonly set: IntentSet } | Refused {
  return settle(() => {
    const unknown = draft.intents.find(({ goal }) => goal.type === 'unknown')
    if (unknown !== undefined)
      throw new RefusalError('malformed', `the goal of intent "${unknown.name}" is not known here`)
    const payload: JsonValue = {
      version: 1,
      owner: checkKeyLog(keyLog, crypto).id,
      log: keyLog,
      epoch: draft.epoch,
      ...(draft.previous === null ? {} : { previous: draft.previous }),
      iat: draft.iat,
      exp: draft.exp,
      places: placesPayload(draft.places),
      intents: draft.intents.map(intentPayload),
    }
    return { type: 'signed', set: checkIntents(signJws(kind.type, wellFormed(payload), signer), crypto) }
  })
}

/** Reasons are text of people: half of a surrogate pair in them is refused, and throws nothing. */
function wellFormed(payload: JsonValue): Uint8Array {
  try {
    return canonicalOctets(payload)
  } catch (error) {
    if (error instanceof RangeError) throw new RefusalError('malformed', error.message)
    throw error
  }
}

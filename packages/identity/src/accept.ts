/**
 * Whether a document may take the place of the one that is known of its agent. An agent never goes back: not in its
 * keys, and with the same keys not in its epoch or a locator. Whoever replays an old document, or tells another history, is refused.
 * @module
 */
import { checkDocument, type Identity } from './document.ts'
import type { CompactJws } from './jws.ts'
import type { IdentityCrypto } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

/** `accepted`: `identity` is the one to keep. `unchanged`: it is the one already known. */
export type Acceptance = { readonly type: 'accepted' | 'unchanged'; readonly identity: Identity } | Refused

/**
 * Verifies `document` at `now` (milliseconds since 1970) and compares it with `known`, what was last accepted of the same
 * agent. Refused as `rollback` when it is older or forks its history.
 */
export function acceptDocument(known: Identity, document: CompactJws, now: number, crypto: IdentityCrypto): Acceptance {
  return settle(() => {
    const identity = checkDocument(document, now, crypto)
    if (identity.id !== known.id) throw new RefusalError('chain', `is of ${identity.id}, not of ${known.id}`)
    if (document === known.document) return { type: 'unchanged', identity: known }
    checkSuccessor(known, identity)
    return { type: 'accepted', identity }
  })
}

/**
 * How `identity` stands to `known`, both verified and of one agent. A rotation is newer whatever the epochs say: the thief
 * of the key before may have signed any, and only the owner has the key that was committed to.
 */
export function relationOf(known: Identity, identity: Identity): 'newer' | 'same' | 'older' | 'fork' {
  const [before, after] = [known.keyLog, identity.keyLog]
  const [shorter, longer] = before.length < after.length ? [before, after] : [after, before]
  if (shorter.some((event, index) => event !== longer[index])) return 'fork'
  const further = after.length - before.length || identity.epoch - known.epoch
  return further > 0 ? 'newer' : further < 0 ? 'older' : 'same'
}

function checkSuccessor(known: Identity, identity: Identity): void {
  const relation = relationOf(known, identity)
  if (relation === 'fork') {
    throw new RefusalError('rollback', 'the key log does not go on from the one that is known')
  }
  if (identity.keyLog.length < known.keyLog.length) {
    throw new RefusalError('rollback', 'the key log is older than the one that is known, which was rotated since')
  }
  if (relation !== 'newer') {
    throw new RefusalError('rollback', `epoch ${identity.epoch} is not above ${known.epoch}, which is known already`)
  }
  const refusal = refusalOfNewer(known, identity)
  if (refusal !== undefined) throw refusal
}

/** Why `identity` is refused although it is `newer` than `known` by keys and epoch; `undefined`: it is not. */
export function refusalOfNewer(known: Identity, identity: Identity): RefusalError | undefined {
  if (identity.tag !== known.tag) return new RefusalError('tag', `the tag was ${known.tag}, and a tag never changes`)
  if (identity.keyLog.length > known.keyLog.length) return undefined // what the key before signed counts no more
  for (const { network, sequence } of known.locators) {
    const after = identity.locators.find((locator) => locator.network === network)
    if (after !== undefined && after.sequence < sequence)
      return new RefusalError('rollback', `locator ${network} went back from ${sequence} to ${after.sequence}`)
  }
  return undefined
}

/**
 * Whether a document may replace the one already known of its agent. An agent never goes back: not in its keys, and
 * with the same keys not in its epoch or in a locator. A replayed old document, or a different history, is refused.
 * @module
 */
import { checkDocument, type Identity } from './document.ts'
import type { CompactJws } from './jws.ts'
import type { IdentityCrypto } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

/** `accepted`: `identity` is the one to keep. `unchanged`: it is already known. */
export type Acceptance = { readonly type: 'accepted' | 'unchanged'; readonly identity: Identity } | Refused

/**
 * Verifies `document` at `now` (milliseconds since 1970) and compares it with `known`, the last one accepted of the
 * same agent. Refused as `rollback` if it is older or forks the agent's history.
 */
export function acceptDocument(known: Identity, document: CompactJws, now: number, crypto: IdentityCrypto): Acceptance {
  return settle(() => {
    const identity = checkDocument(document, now, crypto)
    if (identity.id !== known.id) throw new RefusalError('chain', `belongs to ${identity.id}, not to ${known.id}`)
    if (document === known.document) return { type: 'unchanged', identity: known }
    checkSuccessor(known, identity)
    return { type: 'accepted', identity }
  })
}

/** What tells versions of a document or a roster apart. */
type Version = Pick<Identity, 'keyLog' | 'epoch'>

/**
 * How `identity` relates to `known`, both verified and of one agent. A rotation is newer whatever the epochs say: a
 * thief of the previous key may have signed any epoch, and only the owner has the committed key.
 */
export function relationOf(known: Version, identity: Version): 'newer' | 'same' | 'older' | 'fork' {
  const [before, after] = [known.keyLog, identity.keyLog]
  const [shorter, longer] = before.length < after.length ? [before, after] : [after, before]
  if (shorter.some((event, index) => event !== longer[index])) return 'fork'
  const further = after.length - before.length || identity.epoch - known.epoch
  return further > 0 ? 'newer' : further < 0 ? 'older' : 'same'
}

function checkSuccessor(known: Identity, identity: Identity): void {
  const relation = relationOf(known, identity)
  if (relation === 'fork') {
    throw new RefusalError('rollback', 'the key log does not continue the known one')
  }
  if (identity.keyLog.length < known.keyLog.length) {
    throw new RefusalError('rollback', 'the key log is older than the known one, which has been rotated since')
  }
  if (relation !== 'newer') {
    throw new RefusalError('rollback', `epoch ${identity.epoch} is not above ${known.epoch}, which is known already`)
  }
  const refusal = refusalOfNewer(known, identity)
  if (refusal !== undefined) throw refusal
}

/**
 * Why `identity` is refused although it is `newer` than `known` by keys and epoch; `undefined` if it is not refused.
 */
export function refusalOfNewer(known: Identity, identity: Identity): RefusalError | undefined {
  if (identity.tag !== known.tag) return new RefusalError('tag', `the tag was ${known.tag}, and a tag never changes`)
  if (identity.keyLog.length > known.keyLog.length) return undefined // what the previous key signed no longer counts
  for (const { network, sequence } of known.locators) {
    const after = identity.locators.find((locator) => locator.network === network)
    if (after !== undefined && after.sequence < sequence)
      return new RefusalError('rollback', `locator ${network} went back from ${sequence} to ${after.sequence}`)
  }
  return undefined
}

/** Signs rosters such as `verifyRoster` accepts. @module */
import { canonicalOctets, type JsonValue } from './canonical.ts'
import { signJws } from './jws.ts'
import { checkKeyLog, type KeyLog } from './key-log.ts'
import type { IdentityCrypto, Signer } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { termsPayload } from './role-term.ts'
import { checkRoster, type Member, type Others, type Roster, rosterType } from './roster.ts'
import { type ServiceRule, serviceRulesPayload } from './service-rule.ts'

/** The statements of the owner; everything else follows from its key log. A `Roster` fits, but for its times. */
export interface RosterDraft {
  /** Higher than in every roster signed earlier. */
  readonly epoch: number
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
  readonly members: readonly Member[]
  readonly policies: string
  /** Default: none. */
  readonly services?: readonly ServiceRule[]
  readonly others?: Others
}

/**
 * The roster of `draft`, signed by `signer`, the last key of the owner's `keyLog`. Refused, as a verifier would, if the
 * draft breaks a rule or the key is another one. Whether the policies compile is for the caller to find out before.
 */
export function signRoster(
  draft: RosterDraft,
  keyLog: KeyLog,
  signer: Signer,
  crypto: IdentityCrypto,
): { readonly type: 'signed'; readonly roster: Roster } | Refused {
  const { services = [] } = draft
  return settle(() => {
    const payload: JsonValue = {
      ...draft.others,
      version: 1,
      owner: checkKeyLog(keyLog, crypto).id,
      log: keyLog,
      epoch: draft.epoch,
      iat: draft.iat,
      exp: draft.exp,
      members: draft.members.map(memberPayload),
      policies: draft.policies,
      ...(services.length === 0 ? {} : { services: serviceRulesPayload(services) }),
    }
    const jws = signJws(rosterType, wellFormed(payload), signer)
    return { type: 'signed', roster: checkRoster(jws, crypto) }
  })
}

function memberPayload({ id, name, roles, terms = [], quarantine, others }: Member): JsonValue {
  const since = quarantine === undefined ? 0 : Math.floor(quarantine.since / 1000)
  const ending = terms.length === 0 ? {} : { terms: termsPayload(terms) }
  return {
    ...others,
    id,
    name,
    roles,
    ...ending,
    ...(quarantine && { quarantine: { since, reason: quarantine.reason } }),
  }
}

/** Policies and reasons are text of people: half of a surrogate pair in them is refused, and throws nothing. */
function wellFormed(payload: JsonValue): Uint8Array<ArrayBuffer> {
  try {
    return canonicalOctets(payload)
  } catch (error) {
    if (error instanceof RangeError) throw new RefusalError('malformed', error.message)
    throw error
  }
}

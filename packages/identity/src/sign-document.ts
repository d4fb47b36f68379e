/** Signs identity documents such as `verifyDocument` accepts. @module */
import { formatAddress } from '@vagus/address'
import { tagOf } from './agent-tag.ts'
import { encodeBase64url } from './base64url.ts'
import { type Binding, bindingsPayload } from './binding.ts'
import { canonicalOctets, type JsonValue } from './canonical.ts'
import { keyOfId } from './did-key.ts'
import { checkDocument, documentType, type Identity } from './document.ts'
import { signJws } from './jws.ts'
import { checkKeyLog, type KeyLog } from './key-log.ts'
import type { Locator } from './locator.ts'
import type { IdentityCrypto, Signer } from './ports.ts'
import { type Refused, settle } from './refusal.ts'

/** The statements of the agent; everything else follows from its key log. */
export interface DocumentDraft {
  /** Higher than in every document signed earlier. */
  readonly epoch: number
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
  /** 0..2^28-1; 0 means none. The same in all documents of an agent: it is part of its tag. */
  readonly organisation: number
  readonly role: string
  readonly skills: readonly string[]
  readonly alsoKnownAs?: readonly string[]
  /** 32 and 1,184 octets. */
  readonly keys: { readonly x25519: Uint8Array; readonly mlKem768: Uint8Array }
  readonly locators: readonly Locator[]
  readonly bindings?: readonly Binding[]
  /** Members unknown to us. They cannot replace the known ones. */
  readonly others?: { readonly [name: string]: JsonValue }
}

/**
 * The identity of `draft`, signed by `signer`, the last key of `keyLog`. Refused, as a verifier would, if the draft
 * breaks a rule or the key is another one.
 */
export function signDocument(
  draft: DocumentDraft,
  keyLog: KeyLog,
  signer: Signer,
  crypto: IdentityCrypto,
): { readonly type: 'signed'; readonly identity: Identity } | Refused {
  return settle(() => {
    const { id } = checkKeyLog(keyLog, crypto)
    const payload: JsonValue = {
      ...draft.others,
      version: 1,
      id,
      ait: formatAddress(tagOf(keyOfId(id), draft.organisation)),
      epoch: draft.epoch,
      iat: draft.iat,
      exp: draft.exp,
      role: draft.role,
      skills: draft.skills,
      ...(draft.alsoKnownAs === undefined ? {} : { alsoKnownAs: draft.alsoKnownAs }),
      keys: { x25519: encodeBase64url(draft.keys.x25519), mlKem768: encodeBase64url(draft.keys.mlKem768) },
      log: keyLog,
      locators: draft.locators.map(({ network, sequence, addresses, exp }) => ({ network, sequence, addresses, exp })),
      ...(draft.bindings === undefined || draft.bindings.length === 0
        ? {}
        : { bindings: bindingsPayload(draft.bindings) }),
    }
    const document = signJws(documentType, canonicalOctets(payload), signer)
    return { type: 'signed', identity: checkDocument(document, draft.iat * 1000, crypto) }
  })
}

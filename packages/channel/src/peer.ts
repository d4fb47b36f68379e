/**
 * Whom a handshake is with. Each side shows its identity document inside the encrypted payload; a short-lived child shows
 * its own, the document of its root, and the delegations between them. The document must name the X25519 key that the
 * handshake proved: a document alone can be copied by anyone who has read it.
 *
 *   4  document  4  root's document (no octets: none)  then for each delegation, the root's first  2  delegation
 * @module
 */
import {
  type CompactJws,
  type Identity,
  type IdentityCrypto,
  type Mandate,
  verifyDelegations,
  verifyDocument,
} from '@vagus/identity'
import { type Codec, counted, decode, encode, list, rest, struct } from '@vagus/wire'
import { equalInConstantTime } from './octets.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

export interface Credentials {
  readonly document: CompactJws
  /** Empty: the agent speaks for itself. */
  readonly rootDocument: CompactJws
  readonly delegations: readonly CompactJws[]
}

export interface Peer {
  readonly identity: Identity
  /** In whose name, and what it may do; `undefined`: in its own. */
  readonly mandate: Mandate | undefined
}

const text: Codec<string> = {
  read: (r) => new TextDecoder().decode(rest.read(r)), // a signature is checked over it
  write: (w, value) => rest.write(w, new TextEncoder().encode(value)),
}
const credentials: Codec<Credentials> = struct({
  document: counted(4, text),
  rootDocument: counted(4, text),
  delegations: list(counted(2, text)),
})

export function encodeCredentials(value: Credentials): Uint8Array {
  return encode(credentials, value)
}

/**
 * Who spoke `payload` with the key `remoteStatic`, at `now` (milliseconds since 1970). Refused as `peer` when the
 * documents do not verify or name another key; whether the peer is known, and not older than known, is for the caller.
 */
export function verifyPeer(
  payload: Uint8Array,
  remoteStatic: Uint8Array,
  now: number,
  crypto: IdentityCrypto,
): { readonly type: 'verified'; readonly peer: Peer } | Refused {
  return settle(() => {
    const { document, rootDocument, delegations } = decode(credentials, payload)
    const identity = verifiedDocument(document, now, crypto)
    if (!equalInConstantTime(identity.keys.x25519, remoteStatic)) {
      throw new RefusalError('peer', `the document of ${identity.id} names another key than the one that spoke`)
    }
    if (rootDocument === '' && delegations.length === 0)
      return { type: 'verified', peer: { identity, mandate: undefined } }
    const answer = verifyDelegations(verifiedDocument(rootDocument, now, crypto), delegations, now, crypto)
    if (answer.type === 'refused') throw new RefusalError('peer', answer.because.problem)
    if (answer.mandate.agent !== identity.id) {
      throw new RefusalError('peer', `the delegations are for ${answer.mandate.agent}, not for ${identity.id}`)
    }
    return { type: 'verified', peer: { identity, mandate: answer.mandate } }
  })
}

function verifiedDocument(document: CompactJws, now: number, crypto: IdentityCrypto): Identity {
  const answer = verifyDocument(document, now, crypto)
  if (answer.type === 'refused') throw new RefusalError('peer', answer.because.problem)
  return answer.identity
}

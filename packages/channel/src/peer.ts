/**
 * The identity of a handshake's peer. Each side sends its identity document inside the encrypted payload; a short-lived
 * child sends its own, the document of its root, and the delegations between them. The document must name the X25519
 * key that the handshake proved: anyone who has read a document can copy it.
 *
 *   1  4  document  4  root's document (no octets: none)  then for each delegation, the root's first  2  delegation
 *   2  SHA-256 of such octets, for a peer who has seen them: then a hello fits one datagram
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
import { type Codec, concatOctets, counted, decode, encode, list, struct, text } from '@vagus/wire'
import { equalInConstantTime } from './octets.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

export interface Credentials {
  readonly document: CompactJws
  /** Empty if the agent speaks for itself. */
  readonly rootDocument: CompactJws
  readonly delegations: readonly CompactJws[]
}

export interface Peer {
  readonly identity: Identity
  /** On whose behalf the peer speaks, and what it may do; `undefined` if it speaks for itself. */
  readonly mandate: Mandate | undefined
}

const form = { whole: 1, digest: 2 } as const
// Signatures are verified over the texts, so text that is not UTF-8 does not verify.
const credentials: Codec<Credentials> = struct({
  document: counted(4, text),
  rootDocument: counted(4, text),
  delegations: list(counted(2, text)),
})

export function encodeCredentials(value: Credentials): Uint8Array {
  return concatOctets(Uint8Array.of(form.whole), encode(credentials, value))
}

/** The digest that names `encoded`, the result of `encodeCredentials`, to a peer that has seen it. */
export function credentialsDigest(encoded: Uint8Array, crypto: IdentityCrypto): Uint8Array {
  return concatOctets(Uint8Array.of(form.digest), crypto.sha256(encoded))
}

/**
 * The peer that sent `payload` with the key `remoteStatic`, at `now` (milliseconds since 1970). `seen` returns the
 * encoded credentials of a digest (32 octets), if known. Refused as `peer` if the documents do not verify or name
 * another key, as `unseen` if there is only an unknown digest. The caller checks whether the peer's document is older
 * than a known one. `verify` is called for each document: a host that caches results passes its own.
 */
export function verifyPeer(
  payload: Uint8Array,
  remoteStatic: Uint8Array,
  now: number,
  crypto: IdentityCrypto,
  seen: (digest: Uint8Array) => Uint8Array | undefined,
  verify: typeof verifyDocument = verifyDocument,
): { readonly type: 'verified'; readonly peer: Peer } | Refused {
  return settle(() => {
    const { document, rootDocument, delegations } = readCredentials(payload, crypto, seen)
    const verified = (text: CompactJws): Identity => {
      const answer = verify(text, now, crypto)
      if (answer.type === 'refused') throw new RefusalError('peer', answer.because.problem)
      return answer.identity
    }
    const identity = verified(document)
    if (!equalInConstantTime(identity.keys.x25519, remoteStatic)) {
      throw new RefusalError('peer', `the document of ${identity.id} does not name the key of the handshake`)
    }
    if (rootDocument === '' && delegations.length === 0) {
      return { type: 'verified', peer: { identity, mandate: undefined } }
    }
    const answer = verifyDelegations(verified(rootDocument), delegations, now, crypto)
    if (answer.type === 'refused') throw new RefusalError('peer', answer.because.problem)
    if (answer.mandate.agent !== identity.id) {
      throw new RefusalError('peer', `the delegations are for ${answer.mandate.agent}, not for ${identity.id}`)
    }
    return { type: 'verified', peer: { identity, mandate: answer.mandate } }
  })
}

function readCredentials(
  payload: Uint8Array,
  crypto: IdentityCrypto,
  seen: (digest: Uint8Array) => Uint8Array | undefined,
): Credentials {
  if (payload[0] === form.whole) return decode(credentials, payload.subarray(1))
  const digest = payload.slice(1)
  if (payload[0] !== form.digest || digest.length !== 32) {
    throw new RefusalError('malformed', 'credentials must be complete (1) or a digest of 32 octets (2)')
  }
  const whole = seen(digest)
  // Cached credentials are trusted only if they hash to the digest that the peer sent.
  if (whole?.[0] !== form.whole || !equalInConstantTime(crypto.sha256(whole), digest)) {
    throw new RefusalError('unseen', 'credentials of this digest are not known here; send them completely')
  }
  return decode(credentials, whole.subarray(1))
}

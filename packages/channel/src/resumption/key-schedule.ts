/**
 * The keys of a resumption: HKDF of the ticket's secret over both messages. There is no key agreement, so it costs a
 * few microseconds; in return, a thief of an unused ticket's secret can read the one session that it starts. Both sides
 * forget the secret when it is used.
 * @module
 */
import type { TransportKeys } from '../noise/symmetric-state.ts'
import type { AeadKey, ChannelCrypto } from '../ports.ts'

const labels = {
  early: new TextEncoder().encode('vagus-1 early'),
  session: new TextEncoder().encode('vagus-1 resumed'),
}
/** Constant, because each key encrypts one message. */
export const onlyNonce = new Uint8Array(12)

/** The key of the early octets. @param header of the resume message: everything before the ciphertext */
export function earlyKey(crypto: ChannelCrypto, secret: Uint8Array, header: Uint8Array, context: Uint8Array): AeadKey {
  return crypto.aead(crypto.hkdf(crypto.hash(labels.early, header, context), secret, 32))
}

/**
 * The keys of the session, and the key of the answer.
 * @param resume the whole first message
 * @param random the responder's
 * @param context octets that both sides know
 */
export function sessionKeys(
  crypto: ChannelCrypto,
  secret: Uint8Array,
  resume: Uint8Array,
  random: Uint8Array,
  context: Uint8Array,
): { readonly answer: AeadKey; readonly keys: TransportKeys } {
  const handshakeHash = crypto.hash(labels.session, crypto.hash(resume), random, context)
  const output = crypto.hkdf(handshakeHash, secret, 128)
  return {
    answer: crypto.aead(output.subarray(0, 32)),
    keys: {
      initiator: output.slice(32, 64),
      responder: output.slice(64, 96),
      exporter: output.slice(96, 128),
      handshakeHash,
    },
  }
}

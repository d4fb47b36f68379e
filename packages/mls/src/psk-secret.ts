/** Pre-shared keys mixed into an epoch (RFC 9420 §8.4). @module */
import { encode, struct, uint16 } from '@vagus/wire'
import { hashOctets } from './hkdf.ts'
import { noSecret } from './key-schedule.ts'
import { type PskId, pskId } from './proposal.ts'
import type { Suite } from './suite.ts'

const pskLabel = struct({ id: pskId, index: uint16, count: uint16 })

/** @param psks in the order of their proposals */
export function pskSecretOf(
  suite: Suite,
  psks: readonly { readonly id: PskId; readonly psk: Uint8Array }[],
): Uint8Array {
  return psks.reduce((secret, { id, psk }, index) => {
    const context = encode(pskLabel, { id, index, count: psks.length })
    const input = suite.expandWithLabel(suite.extract(noSecret, psk), 'derived psk', context, hashOctets)
    return suite.extract(input, secret)
  }, noSecret)
}

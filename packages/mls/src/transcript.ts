/** The hashes of all commits that led to an epoch (RFC 9420 §8.2). @module */
import { Writer } from '@vagus/wire'
import { type AuthenticatedContent, formatNumbers } from './content.ts'
import type { Suite } from './suite.ts'
import { opaque } from './vectors.ts'

export function confirmedHashOf(
  suite: Suite,
  interimBefore: Uint8Array,
  { format, content, auth }: Pick<AuthenticatedContent, 'format' | 'content'> & { auth: { signature: Uint8Array } },
): Uint8Array {
  const w = new Writer(80)
  opaque.write(w, auth.signature)
  return suite.hash(interimBefore, Uint8Array.of(0, formatNumbers[format]), content.wire, w.finish())
}

export function interimHashOf(suite: Suite, confirmed: Uint8Array, confirmationTag: Uint8Array): Uint8Array {
  const w = new Writer(40)
  opaque.write(w, confirmationTag)
  return suite.hash(confirmed, w.finish())
}

/**
 * The chain of keys of one sender: each message has a key of its own, and nobody who has a later link of the chain can
 * make an earlier one.
 *
 *   next link (32 octets) | key of the message (32 octets) = HKDF-SHA256(salt "vagus-group/1", link)
 * @module
 */
import { maxMessagesOfKey } from './limits.ts'
import type { GroupCrypto } from './ports.ts'

const salt = new TextEncoder().encode('vagus-group/1')
const linkOctets = 32

/** A link of the chain: the one for message `at`. */
export interface ChainLink {
  readonly at: number
  readonly octets: Uint8Array
}

export function step(
  { at, octets }: ChainLink,
  crypto: GroupCrypto,
): { readonly next: ChainLink; readonly key: Uint8Array } {
  const derived = crypto.hkdf(salt, octets, 2 * linkOctets)
  return { next: { at: at + 1, octets: derived.slice(0, linkOctets) }, key: derived.slice(linkOctets) }
}

/** The link for message `seq`; `undefined` where that is before `link`, or behind more messages than a key seals. */
export function advance(link: ChainLink, seq: number, crypto: GroupCrypto): ChainLink | undefined {
  if (seq < link.at || seq - link.at > maxMessagesOfKey) return undefined
  let here = link
  while (here.at < seq) here = step(here, crypto).next
  return here
}

/**
 * The agent identity tag (AIT): 128 bits in the shape of an IPv6 address, so that it fits a host route, a reverse look-up
 * or a segment. Laid out as a DRIP entity tag (RFC 9374 §3.2), an ORCHID (RFC 7343) with a hierarchy:
 *
 *   bits   28              28            8      64
 *          fd76:616_       organisation  suite  cSHAKE128(the first 64 bits | the Ed25519 key)
 *
 * The prefix is unique local (RFC 4193), so a leaked tag is not routed. A hash of 64 bits is a name, not a proof: a
 * second key with the same tag costs 2^64 tries, so trust requires the whole key.
 * @module
 */
import { formatAddress, parseAddress } from '@vagus/address'
import { concatOctets } from '@vagus/wire'
import { cshake128 } from './keccak.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { type AgentId, keyOfId } from './did-key.ts'

/** Hash and signature of a tag: EdDSA and cSHAKE128, as the HIP registry numbers them (RFC 9374 §3.2.2). */
const suite = 5
/** fd, then the letters v, a and the first half of g. */
const vagusPrefix = 0xfd76616
/** Drawn at random once; separates our hashes from those of other protocols (RFC 7343 §2). */
const vagusContext = new Uint8Array(16)
new DataView(vagusContext.buffer).setBigUint64(0, 0xaa0f2865cc05b405n)
new DataView(vagusContext.buffer).setBigUint64(8, 0x06cd6bc04341d8a1n)
/** 0 means no organisation. The operator of the domain assigns the numbers. */
const maxOrganisation = 2 ** 28 - 1

/** Where a tag is used: its 28-bit prefix, and the 16 octets that separate its hashes. */
interface TagSpace {
  readonly prefix: number
  readonly context: Uint8Array
}

/** The tags of Vagus. */
const vagusTagSpace: TagSpace = { prefix: vagusPrefix, context: vagusContext }

/** The 16 octets of the tag of `publicKey` (32 octets) in `organisation` (0..2^28-1). */
export function tagOf(publicKey: Uint8Array, organisation: number, space = vagusTagSpace): Uint8Array<ArrayBuffer> {
  if (publicKey.length !== 32) throw new RangeError(`"publicKey" must have 32 octets, got ${publicKey.length}`)
  if (!Number.isInteger(organisation) || organisation < 0 || organisation > maxOrganisation) {
    throw new RangeError(`"organisation" must be 0..${maxOrganisation}, got ${organisation}`)
  }
  const left = new Uint8Array(8)
  const view = new DataView(left.buffer)
  view.setUint32(0, ((space.prefix << 4) | (organisation >>> 24)) >>> 0)
  view.setUint32(4, ((organisation << 8) | suite) >>> 0)
  return concatOctets(left, cshake128(concatOctets(left, publicKey), space.context, 8))
}

/** The tag of the agent `id` in `organisation` as the text of an IPv6 address. */
export function agentTag(id: AgentId, organisation: number): string | Refused {
  return settle(() => formatAddress(tagOf(keyOfId(id), organisation)))
}

/**
 * The organisation in the tag `text`, if it is the tag of `publicKey`.
 * @throws {RefusalError} `malformed` unless it is canonical IPv6 text, `tag` if it is the tag of another key
 */
export function checkTag(text: string, publicKey: Uint8Array): number {
  const octets = tagOctets(text)
  const view = new DataView(octets.buffer)
  const organisation = (view.getUint32(0) & 0xf) * 2 ** 24 + (view.getUint32(4) >>> 8)
  const expected = formatAddress(tagOf(publicKey, organisation))
  if (expected !== text) throw new RefusalError('tag', `${text} is not the tag of this key, which is ${expected}`)
  return organisation
}

function tagOctets(text: string): Uint8Array<ArrayBuffer> {
  try {
    return parseAddress(text)
  } catch {
    throw new RefusalError('malformed', `"${text.slice(0, 80)}" is no agent tag; one looks like fd76:6160:0:5:…`)
  }
}

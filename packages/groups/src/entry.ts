/**
 * A message in its sender's log, sealed and signed:
 *
 *   entry = [group, sender, log, seq, key, time, text, signature]
 *   stub  = [group, sender, log, seq, key, time, SHA-256 of the text, signature]
 *
 * The key of the log signs the stub without its signature, so that whoever dropped a message can still show that its
 * sender made one. The text is a nonce (12 octets) and what AES-256-GCM makes of the content with it. A log is named by its sender and its key together, so that nobody can tell a log of his by the name of
 * another's:
 *
 *   log = the first 16 octets of SHA-256("vagus-group/1 log" 00 | sender | public key)
 * @module
 */
import type { AgentId, Signer } from '@vagus/identity'
import { cborOctets, type CborValue, concatOctets, decodeHex, encodeCbor, encodeHex } from '@vagus/wire'
import { agentOf, arrayOf, itemOf, numberOf, textOf, timeOf } from './fields.ts'
import { maxTypeCharacters } from './limits.ts'
import type { GroupCrypto } from './ports.ts'

export const logOctets = 16
const signatureOctets = 64
const hashOctets = 32
const nonceOctets = 12
const nonceSalt = new TextEncoder().encode('vagus-group/1 nonce')
const domain = new TextEncoder().encode('vagus-group/1 entry\0')
const logDomain = new TextEncoder().encode('vagus-group/1 log\0')

export interface Head {
  readonly group: string
  readonly sender: AgentId
  /** 16 octets. */
  readonly log: Uint8Array
  /** 1 and up. */
  readonly seq: number
  /** Which of the sender's keys seals it: 1 and up. */
  readonly key: number
  /** Milliseconds since 1970. */
  readonly time: number
}

export interface Entry extends Head {
  readonly text: Uint8Array
  readonly signature: Uint8Array
}

export interface Stub extends Head {
  readonly hash: Uint8Array
  readonly signature: Uint8Array
}

export interface Content {
  /** Of the octets, such as `application/json`. */
  readonly type: string
  readonly octets: Uint8Array
}

/** The name of the log that `sender` signs with the key `verify` (32 octets). */
export const logOf = (sender: AgentId, verify: Uint8Array, crypto: Pick<GroupCrypto, 'sha256'>): Uint8Array =>
  crypto.sha256(concatOctets(logDomain, new TextEncoder().encode(sender), verify)).slice(0, logOctets)

/** As stores and receipts name it. */
export const logName = encodeHex
export const logOfName = decodeHex

const headOf = (head: Head): readonly CborValue[] => [head.group, head.sender, head.log, head.seq, head.key, head.time]
const signed = (head: Head, hash: Uint8Array): Uint8Array => concatOctets(domain, encodeCbor([...headOf(head), hash]))

/** @param messageKey 32 octets, used for nothing else */
export function sealEntry(
  head: Head,
  content: Content,
  messageKey: Uint8Array,
  signer: Signer,
  crypto: GroupCrypto,
): Entry {
  const plain = encodeCbor([content.type, content.octets])
  const beside = encodeCbor(headOf(head))
  // A key seals one message. Should an old copy of a disk seal another with it, that has another nonce all the same.
  const digest = crypto.sha256(concatOctets(beside, plain))
  const nonce = crypto.hkdf(nonceSalt, concatOctets(messageKey, digest), nonceOctets)
  const text = concatOctets(nonce, crypto.aead(messageKey).seal(nonce, beside, plain))
  return { ...head, text, signature: signer.sign(signed(head, crypto.sha256(text))) }
}

/** `undefined` where it was not sealed so. @throws {DecodeError} where its sender sealed no content */
export function openEntry(entry: Entry, messageKey: Uint8Array, crypto: GroupCrypto): Content | undefined {
  const [nonce, sealed] = [entry.text.subarray(0, nonceOctets), entry.text.subarray(nonceOctets)]
  if (nonce.length < nonceOctets) return undefined
  const plain = crypto.aead(messageKey).open(nonce, encodeCbor(headOf(entry)), sealed)
  if (plain === undefined) return undefined
  const [type, octets] = arrayOf(itemOf(plain), 2, 'a message')
  return { type: textOf(type, maxTypeCharacters, 'its type'), octets: bytesOf(octets) }
}

export const stubOf = ({ text, ...rest }: Entry, crypto: GroupCrypto): Stub => ({ ...rest, hash: crypto.sha256(text) })

/** @param verify the key of the log */
export const isSigned = (stub: Stub, verify: Uint8Array, crypto: GroupCrypto): boolean =>
  crypto.verifyEd25519(verify, signed(stub, stub.hash), stub.signature)

export const encodeEntry = (entry: Entry): Uint8Array => encodeCbor([...headOf(entry), entry.text, entry.signature])
export const encodeStub = (stub: Stub): Uint8Array => encodeCbor([...headOf(stub), stub.hash, stub.signature])

/** @throws {DecodeError} */
export function decodeEntry(octets: Uint8Array): Entry {
  const { head, seventh, signature } = decoded(octets, 'an entry')
  return { ...head, text: bytesOf(seventh), signature }
}

/** @throws {DecodeError} */
export function decodeStub(octets: Uint8Array): Stub {
  const { head, seventh, signature } = decoded(octets, 'a stub')
  return { ...head, hash: cborOctets(seventh, hashOctets, 'the hash'), signature }
}

function decoded(
  octets: Uint8Array,
  what: string,
): { readonly head: Head; readonly seventh: CborValue; readonly signature: Uint8Array } {
  const [group, sender, log, seq, key, time, seventh, signature] = arrayOf(itemOf(octets), 8, what)
  const head = {
    group: textOf(group, 64, 'the group'),
    sender: agentOf(sender, 'the sender'),
    log: cborOctets(log, logOctets, 'the log'),
    seq: numberOf(seq, 'the sequence number'),
    key: numberOf(key, 'the key'),
    time: timeOf(time, 'the time'),
  }
  return { head, seventh, signature: cborOctets(signature, signatureOctets, 'the signature') }
}

/** Of any length: the item around it is bounded. @throws {DecodeError} */
function bytesOf(value: CborValue): Uint8Array {
  return value instanceof Uint8Array ? value : cborOctets(value, 0, 'the text')
}

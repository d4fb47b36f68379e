/** A message that only members can read, and whose sender only they know (RFC 9420 §6.3). @module */
import { type Codec, decode, DecodeError, encode, octets, Reader, struct, uint32, uint64, Writer } from '@vagus/wire'
import {
  type AuthenticatedContent,
  authOf,
  bodyOf,
  contentNumbers,
  contentOf,
  type ContentType,
  readContentType,
} from './content.ts'
import type { MlsLimits } from './limits.ts'
import { RefusalError } from './refusal.ts'
import type { SecretTree } from './secret-tree.ts'
import { nonceOctets, type Suite } from './suite.ts'
import { opaque } from './vectors.ts'

const contentType: Codec<ContentType> = {
  read: (r) => readContentType(r),
  write: (w, value) => w.uint8(contentNumbers[value]),
}
const sealedHead = { groupId: opaque, epoch: uint64, contentType }
const contentBound = struct({ ...sealedHead, authenticatedData: opaque })
const senderBound = struct(sealedHead)
const fields = struct({ ...sealedHead, authenticatedData: opaque, encryptedSenderData: opaque, ciphertext: opaque })
const senderData = struct({ leaf: uint32, generation: uint32, reuseGuard: octets(4) })

export type PrivateMessage = ReturnType<(typeof fields)['read']>
export const privateMessage: Codec<PrivateMessage> = fields

/** The secrets of an epoch for its private messages. */
export interface MessageSecrets {
  readonly senderData: Uint8Array
  readonly tree: SecretTree
}

/** @param random 4 fresh octets, so that a key used twice by accident meets two nonces (§6.3.1) */
export function sealPrivate(
  suite: Suite,
  secrets: MessageSecrets,
  leaf: number,
  { content, auth }: AuthenticatedContent,
  random: Uint8Array,
  padTo: number,
): PrivateMessage {
  const { groupId, epoch, authenticatedData, body } = content
  const w = new Writer(content.wire.length + 128)
  bodyOf(body.type).write(w, body)
  authOf(body.type).write(w, auth)
  w.octets(new Uint8Array((padTo - (w.length % padTo)) % padTo))
  const chain = secrets.tree.chain(suite, leaf, body.type === 'application' ? 'application' : 'handshake')
  const { key, nonce, generation } = chain.next(suite)
  const reuseGuard = random.slice(0, 4)
  const head = { groupId, epoch, contentType: body.type }
  const bound = encode(contentBound, { ...head, authenticatedData })
  const ciphertext = suite.crypto.seal(key, guarded(nonce, reuseGuard), bound, w.finish())
  const own = encode(senderData, { leaf, generation, reuseGuard })
  const by = senderKeyOf(suite, secrets.senderData, ciphertext)
  const encryptedSenderData = suite.crypto.seal(by.key, by.nonce, encode(senderBound, head), own)
  return { ...head, authenticatedData, encryptedSenderData, ciphertext }
}

export interface Opened {
  readonly message: AuthenticatedContent
  readonly leaf: number
  readonly generation: number
  /** Deletes its key, once the signature is seen to fit. */
  readonly use: () => void
}

/**
 * @param ownLeaf whose messages are not opened: the key was deleted by sealing
 * @throws {DecodeError}, or {RefusalError} `decrypt`, `sender` or `limit`
 */
export function openPrivate(
  suite: Suite,
  secrets: MessageSecrets,
  ownLeaf: number,
  message: PrivateMessage,
  limits: MlsLimits,
): Opened {
  const { groupId, epoch, contentType: type, authenticatedData, ciphertext } = message
  const head = { groupId, epoch, contentType: type }
  const by = senderKeyOf(suite, secrets.senderData, ciphertext)
  const opened = suite.crypto.open(by.key, by.nonce, encode(senderBound, head), message.encryptedSenderData)
  if (opened === undefined) throw new RefusalError('decrypt', 'the sender of the message does not decrypt')
  const { leaf, generation, reuseGuard } = decode(senderData, opened)
  if (leaf >= secrets.tree.leaves) throw new RefusalError('sender', `there is no leaf ${leaf}`)
  if (leaf === ownLeaf) throw new RefusalError('sender', 'the message is from this member itself')
  const chain = secrets.tree.chain(suite, leaf, type === 'application' ? 'application' : 'handshake')
  const { key, nonce, use } = chain.at(suite, generation, limits)
  const bound = encode(contentBound, { ...head, authenticatedData })
  const text = suite.crypto.open(key, guarded(nonce, reuseGuard), bound, ciphertext)
  if (text === undefined) throw new RefusalError('decrypt', `message ${generation} of leaf ${leaf} does not decrypt`)
  const r = new Reader(text)
  const body = bodyOf(type).read(r)
  const bodyWire = r.since(0)
  const auth = authOf(type).read(r)
  for (const octet of r.octets(r.left))
    if (octet !== 0) throw new DecodeError('bad-value', r.offset, 'padding is zeros (RFC 9420 §6.3.1)')
  const content = contentOf({ groupId, epoch, sender: { type: 'member', leaf }, authenticatedData, body }, bodyWire)
  return { message: { format: 'private', content, auth }, leaf, generation, use }
}

/** §6.3.2 */
function senderKeyOf(suite: Suite, secret: Uint8Array, ciphertext: Uint8Array) {
  const sample = ciphertext.subarray(0, 32)
  return {
    key: suite.expandWithLabel(secret, 'key', sample, suite.keyOctets),
    nonce: suite.expandWithLabel(secret, 'nonce', sample, nonceOctets),
  }
}

function guarded(nonce: Uint8Array, guard: Uint8Array): Uint8Array {
  return nonce.map((octet, index) => octet ^ (guard[index] ?? 0))
}

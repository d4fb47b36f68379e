/** What every message of a group has inside (RFC 9420 §6, §6.1). @module */
import type { Signer } from '@vagus/identity'
import { type Codec, DecodeError, Reader, rest, struct, uint32, uint64, Writer } from '@vagus/wire'
import { mls10 } from './leaf-node.ts'
import { commit, type Commit, proposal, type Proposal } from './proposal.ts'
import type { Suite } from './suite.ts'
import { opaque } from './vectors.ts'

export const wireFormat = { publicMessage: 1, privateMessage: 2, welcome: 3, groupInfo: 4, keyPackage: 5 } as const

export type Sender =
  | { readonly type: 'member'; readonly leaf: number }
  /** One of the group's `external_senders`. */
  | { readonly type: 'external'; readonly index: number }
  | { readonly type: 'new_member_proposal' }
  | { readonly type: 'new_member_commit' }

const senderNumbers = { member: 1, external: 2, new_member_proposal: 3, new_member_commit: 4 } as const

const sender: Codec<Sender> = {
  read(r) {
    const at = r.offset
    const type = r.uint8()
    if (type === senderNumbers.member) return { type: 'member', leaf: r.uint32() }
    if (type === senderNumbers.external) return { type: 'external', index: r.uint32() }
    if (type === senderNumbers.new_member_proposal) return { type: 'new_member_proposal' }
    if (type === senderNumbers.new_member_commit) return { type: 'new_member_commit' }
    throw new DecodeError('bad-value', at, `a sender has a type of 1 to 4, not ${type}`)
  },
  write(w, value) {
    w.uint8(senderNumbers[value.type])
    if (value.type === 'member') uint32.write(w, value.leaf)
    else if (value.type === 'external') uint32.write(w, value.index)
  },
}

export type Body =
  | { readonly type: 'application'; readonly data: Uint8Array }
  | { readonly type: 'proposal'; readonly proposal: Proposal }
  | { readonly type: 'commit'; readonly commit: Commit }
export type ContentType = Body['type']

export const contentNumbers = { application: 1, proposal: 2, commit: 3 } as const
const contentTypes: readonly ContentType[] = ['application', 'proposal', 'commit']

/** @throws {DecodeError} */
export function readContentType(r: Reader): ContentType {
  const at = r.offset
  const type = contentTypes[r.uint8() - 1]
  if (type === undefined)
    throw new DecodeError('bad-value', at, 'content is 1 (application), 2 (proposal) or 3 (commit)')
  return type
}

/** The codec of what stands behind a content type. */
export const bodyOf = (type: ContentType): Codec<Body> => bodies[type]

const bodies: { readonly [Type in ContentType]: Codec<Body> } = {
  application: mapped(struct({ data: opaque }), 'application'),
  proposal: mapped(struct({ proposal }), 'proposal'),
  commit: mapped(struct({ commit }), 'commit'),
}

function mapped(codec: Codec<object>, type: ContentType): Codec<Body> {
  return {
    read: (r) => ({ type, ...codec.read(r) }) as Body, // sound: the codec is that of the type
    write: (w, value) => codec.write(w, value),
  }
}

const head = struct({ groupId: opaque, epoch: uint64, sender, authenticatedData: opaque })

/** `FramedContent`: its fields, and the whole as on the wire, which is what is signed. */
export interface Content {
  readonly groupId: Uint8Array
  readonly epoch: bigint
  readonly sender: Sender
  readonly authenticatedData: Uint8Array
  readonly body: Body
  readonly wire: Uint8Array
}

/** @param bodyWire `body` as on the wire, where it is known */
export function contentOf(fields: Omit<Content, 'wire'>, bodyWire?: Uint8Array): Content {
  const w = new Writer(bodyWire === undefined ? 256 : bodyWire.length + 256)
  head.write(w, fields)
  w.uint8(contentNumbers[fields.body.type])
  if (bodyWire === undefined) bodyOf(fields.body.type).write(w, fields.body)
  else w.octets(bodyWire)
  return { ...fields, wire: w.finish() }
}

export const content: Codec<Content> = {
  read(r) {
    const at = r.offset
    const fields = head.read(r)
    const body = bodyOf(readContentType(r)).read(r)
    return { ...fields, body, wire: r.since(at) }
  },
  write: (w, value) => rest.write(w, value.wire),
}

export interface Auth {
  readonly signature: Uint8Array
  /** Of a commit. */
  readonly confirmationTag: Uint8Array | undefined
}

/** `FramedContentAuthData`. */
export const authOf = (type: ContentType): Codec<Auth> => ({
  read(r) {
    const signature = opaque.read(r)
    return { signature, confirmationTag: type === 'commit' ? opaque.read(r) : undefined }
  },
  write(w, { signature, confirmationTag }) {
    opaque.write(w, signature)
    if (type === 'commit') opaque.write(w, confirmationTag!)
  },
})

export interface AuthenticatedContent {
  readonly format: 'public' | 'private'
  readonly content: Content
  readonly auth: Auth
}

export const formatNumbers = { public: wireFormat.publicMessage, private: wireFormat.privateMessage } as const

/** `FramedContentTBS`. @param context the group context as on the wire */
export function signedOctets(
  format: 'public' | 'private',
  { wire, sender: from }: Content,
  context: Uint8Array,
): Uint8Array {
  const w = new Writer(wire.length + context.length + 4)
  w.uint16(mls10)
  w.uint16(formatNumbers[format])
  w.octets(wire)
  if (from.type === 'member' || from.type === 'new_member_commit') w.octets(context)
  return w.finish()
}

const label = 'FramedContentTBS'

export const signContent = (
  suite: Suite,
  signer: Signer,
  format: 'public' | 'private',
  value: Content,
  context: Uint8Array,
): Uint8Array => suite.sign(signer, label, signedOctets(format, value, context))

export const isSignedContent = (
  suite: Suite,
  key: Uint8Array,
  { format, content: value, auth }: AuthenticatedContent,
  context: Uint8Array,
): boolean => suite.verify(key, label, signedOctets(format, value, context), auth.signature)

/** What `authenticatedOctets` wrote. @throws {DecodeError} */
export function readAuthenticated(octets: Uint8Array): AuthenticatedContent {
  const r = new Reader(octets)
  const at = r.offset
  const number = r.uint16()
  const format = number === formatNumbers.public ? 'public' : 'private'
  if (number !== formatNumbers[format])
    throw new DecodeError('bad-value', at, `content has a format of 1 or 2, not ${number}`)
  const value = content.read(r)
  const auth = authOf(value.body.type).read(r)
  r.end()
  return { format, content: value, auth }
}

/** What references and transcripts cover (§5.2, §8.2): format, content and authentication. */
export function authenticatedOctets({ format, content: value, auth }: AuthenticatedContent): Uint8Array {
  const w = new Writer(value.wire.length + 128)
  w.uint16(formatNumbers[format])
  w.octets(value.wire)
  authOf(value.body.type).write(w, auth)
  return w.finish()
}

/** The outermost form of all that travels (RFC 9420 §6, MLSMessage). @module */
import { type Codec, decode, DecodeError, encode } from '@vagus/wire'
import { wireFormat } from './content.ts'
import { type GroupInfo, groupInfo } from './group-info.ts'
import { type KeyPackage, keyPackage } from './key-package.ts'
import { mls10 } from './leaf-node.ts'
import { type PrivateMessage, privateMessage } from './private-message.ts'
import { type PublicMessage, publicMessage } from './public-message.ts'
import { RefusalError } from './refusal.ts'
import { type Welcome, welcome } from './welcome.ts'

interface Contents {
  readonly publicMessage: PublicMessage
  readonly privateMessage: PrivateMessage
  readonly welcome: Welcome
  readonly groupInfo: GroupInfo
  readonly keyPackage: KeyPackage
}
type MessageType = keyof Contents
export type Message = {
  readonly [Type in MessageType]: { readonly type: Type; readonly content: Contents[Type] }
}[MessageType]

const contents: { readonly [Type in MessageType]: Codec<Contents[Type]> } = {
  publicMessage,
  privateMessage,
  welcome,
  groupInfo,
  keyPackage,
}
const typeOf = new Map<number, MessageType>(
  Object.entries(wireFormat).map(([type, number]) => [number, type as MessageType]),
)

const message: Codec<Message> = {
  read(r) {
    const version = r.uint16()
    if (version !== mls10) throw new DecodeError('bad-value', 0, `the version is ${mls10}, not ${version}`)
    const number = r.uint16()
    const type = typeOf.get(number)
    if (type === undefined) throw new DecodeError('bad-value', 2, `a message has a format of 1 to 5, not ${number}`)
    return { type, content: contents[type].read(r) } as Message // sound: the codec is that of the type
  },
  write(w, value) {
    w.uint16(mls10)
    w.uint16(wireFormat[value.type])
    const codec = contents[value.type] as Codec<Message['content']>
    codec.write(w, value.content)
  },
}

export const messageOctets = (value: Message): Uint8Array => encode(message, value)

/** @throws {DecodeError} on other octets; {RefusalError} `limit` on too many of them */
export function readMessage(octets: Uint8Array, maxOctets: number): Message {
  if (octets.length > maxOctets) {
    throw new RefusalError('limit', `a message has at most ${maxOctets} octets, not ${octets.length}`)
  }
  return decode(message, octets)
}

/** @throws {DecodeError}, or {RefusalError} `malformed` on a message of another type, or as `readMessage` */
export function readOne<Type extends MessageType>(octets: Uint8Array, type: Type, maxOctets: number): Contents[Type] {
  const read = readMessage(octets, maxOctets)
  if (read.type !== type) throw new RefusalError('malformed', `a ${type} was wanted, not a ${read.type}`)
  return read.content as Contents[Type] // sound: the type was compared
}

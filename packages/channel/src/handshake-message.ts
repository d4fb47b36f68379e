/**
 * The messages of a handshake, as they travel in a datagram or a frame. The version comes first in all of them:
 *
 *   hello     1 1  pattern  suite  n  n suites  connection id 8  m  cookie m  Noise message 1
 *   answer    1 2  connection id 8 of the initiator               Noise message 2
 *   finish    1 3  connection id 8 of the responder               Noise message 3 (XX only)
 *   retry     1 4  connection id 8 of the initiator  m  cookie m  the responder is busy: the same again, with the cookie
 *   decline   1 5  connection id 8 of the initiator  n  n suites  begin again with the best of these
 *   resume    1 6  connection id 8  ticket 16  random 32          early octets, encrypted
 *   resumed   1 7  connection id 8 of the initiator  random 32    the responder's connection id, encrypted
 *   expired   1 8  connection id 8 of the initiator               the ticket is not known (any more): say hello
 *
 * Retry, decline and expired are not authenticated, and need not be: they change nothing that both sides must agree on. The
 * responder's connection id is inside its encrypted payload. All but the cookie of a hello goes into the prologue.
 *
 * Version 1 (2026): the first.
 * @module
 */
import {
  type Codec,
  counted,
  decode,
  DecodeError,
  encode,
  list,
  octets,
  rest,
  struct,
  uint8,
  type ValueOf,
} from '@vagus/wire'
import { maxNoiseOctets } from './noise/handshake.ts'
import { concatOctets } from './octets.ts'
import { RefusalError } from './refusal.ts'
import { maxOfferedSuites } from './suite.ts'

const protocolVersion = 1
export const connectionIdOctets = 8
export const patternCode = { XX: 1, IK: 2 } as const
/** Octets of a ticket's name, and of what each side adds to a resumption. */
export const ticketIdOctets = 16
export const randomOctets = 32
const kind = { hello: 1, answer: 2, finish: 3, retry: 4, decline: 5, resume: 6, resumed: 7, expired: 8 } as const
export type HandshakeKind = keyof typeof kind
const kinds = new Map<number | undefined, HandshakeKind>(
  Object.entries(kind).map(([name, code]) => [code, name as HandshakeKind]),
)

/** No message is longer: the longest of Noise, and a header. */
export const maxHandshakeOctets = maxNoiseOctets + 512

/** The version and a kind: fixed octets. */
const opening = (name: HandshakeKind): Codec<undefined> => ({
  read(r) {
    const at = r.offset
    const version = r.uint8()
    if (version !== protocolVersion)
      throw new DecodeError('bad-value', at, `version ${version} is not spoken here, ${protocolVersion} is`)
    const code = r.uint8()
    if (code !== kind[name]) throw new DecodeError('bad-value', at + 1, `kind ${code} is no ${name}`)
    return undefined
  },
  write(w) {
    w.uint8(protocolVersion)
    w.uint8(kind[name])
  },
})

const suiteList = counted(1, list(uint8))
const connectionId = octets(connectionIdOctets)

const hello = struct({
  opening: opening('hello'),
  pattern: uint8,
  suite: uint8,
  offered: suiteList,
  connectionId,
  cookie: counted(1, rest),
  noise: rest,
})
const answer = struct({ opening: opening('answer'), connectionId, noise: rest })
const finish = struct({ opening: opening('finish'), connectionId, noise: rest })
const retry = struct({ opening: opening('retry'), connectionId, cookie: counted(1, rest) })
const decline = struct({ opening: opening('decline'), connectionId, suites: suiteList })
const random = octets(randomOctets)
const resume = struct({
  opening: opening('resume'),
  connectionId,
  ticket: octets(ticketIdOctets),
  random,
  sealed: rest,
})
const resumed = struct({ opening: opening('resumed'), connectionId, random, sealed: rest })
const expired = struct({ opening: opening('expired'), connectionId })
const codecs = { hello, answer, finish, retry, decline, resume, resumed, expired }

type Messages = { readonly [Kind in HandshakeKind]: Omit<ValueOf<(typeof codecs)[Kind]>, 'opening'> }
export type Hello = Messages['hello']

export function encodeMessage<Kind extends HandshakeKind>(
  name: Kind,
  message: Messages[Kind],
): Uint8Array<ArrayBuffer> {
  const codec = codecs[name] as Codec<unknown> // the message is of the codec's own kind
  return encode(codec, { opening: undefined, ...message })
}

/** @throws {RefusalError} `malformed` @throws {DecodeError} */
export function decodeMessage<Kind extends HandshakeKind>(name: Kind, message: Uint8Array): Messages[Kind] {
  if (message.length > maxHandshakeOctets) throw new RefusalError('malformed', `${message.length} octets are too many`)
  return decode(codecs[name] as Codec<unknown>, message) as Messages[Kind] // the codec is of that kind
}

/** Which message it is; `undefined` when it is none of a handshake, or of another version. */
export function kindOf(message: Uint8Array): HandshakeKind | undefined {
  return message[0] === protocolVersion ? kinds.get(message[1]) : undefined
}

const prologueLabel = new TextEncoder().encode('vagus-1')

/**
 * What both sides must agree on without sending it again: the hello's header, and `context`, octets that both know (the
 * kind of transport, the epoch of a policy).
 */
export function prologueOf(
  { pattern, suite, offered, connectionId }: Omit<Hello, 'cookie' | 'noise'>,
  context: Uint8Array,
): Uint8Array {
  if (offered.length > maxOfferedSuites)
    throw new RefusalError('malformed', `${offered.length} suites; ${maxOfferedSuites} are looked at`)
  const header = Uint8Array.of(protocolVersion, pattern, suite, offered.length, ...offered)
  return concatOctets(prologueLabel, header, connectionId, context)
}

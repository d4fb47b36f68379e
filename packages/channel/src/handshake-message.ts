/**
 * The messages of a handshake, as sent in a datagram or a frame. Each begins with the version:
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
 * Retry, decline and expired are not authenticated, and need not be: they change nothing on which both sides must
 * agree. The responder's connection id is inside its encrypted payload. The prologue covers all of a hello except its
 * cookie.
 *
 * Version 1 (2026): the first.
 * @module
 */
import {
  type Codec,
  concatOctets,
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
import { RefusalError } from './refusal.ts'
import { maxOfferedSuites } from './suite.ts'

const protocolVersion = 1
export const connectionIdOctets = 8
export const patternCode = { XX: 1, IK: 2 } as const
/** Octets of a ticket's id, and of the random value that each side adds to a resumption. */
export const ticketIdOctets = 16
export const randomOctets = 32
const kind = { hello: 1, answer: 2, finish: 3, retry: 4, decline: 5, resume: 6, resumed: 7, expired: 8 } as const
export type HandshakeKind = keyof typeof kind
const kinds = new Map<number | undefined, HandshakeKind>(
  Object.entries(kind).map(([name, code]) => [code, name as HandshakeKind]),
)

/** Maximum octets of a message: the longest Noise message plus a header. */
const maxHandshakeOctets = maxNoiseOctets + 512

/** The version and the kind as fixed octets. */
const opening = (name: HandshakeKind): Codec<undefined> => ({
  read(r) {
    const at = r.offset
    const version = r.uint8()
    if (version !== protocolVersion)
      throw new DecodeError('bad-value', at, `version ${version} is not supported; expected ${protocolVersion}`)
    const code = r.uint8()
    if (code !== kind[name]) throw new DecodeError('bad-value', at + 1, `kind ${code} is not "${name}"`)
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
  const codec = codecs[name] as Codec<unknown> // sound: the message is of the codec's kind
  return encode(codec, { opening: undefined, ...message })
}

/** @throws {RefusalError} `malformed` @throws {DecodeError} */
export function decodeMessage<Kind extends HandshakeKind>(name: Kind, message: Uint8Array): Messages[Kind] {
  if (message.length > maxHandshakeOctets)
    throw new RefusalError('malformed', `${message.length} octets; at most ${maxHandshakeOctets} are read`)
  return decode(codecs[name] as Codec<unknown>, message) as Messages[Kind] // sound: the codec is of that kind
}

/** The kind of a message; `undefined` if it is not a handshake message, or has another version. */
export function kindOf(message: Uint8Array): HandshakeKind | undefined {
  return message[0] === protocolVersion ? kinds.get(message[1]) : undefined
}

const prologueLabel = new TextEncoder().encode('vagus-1')

/**
 * Binds what both sides must agree on without sending it again: the header of the hello, and `context`, octets that
 * both know (the kind of transport, the epoch of a policy).
 */
export function prologueOf(
  { pattern, suite, offered, connectionId }: Omit<Hello, 'cookie' | 'noise'>,
  context: Uint8Array,
): Uint8Array {
  if (offered.length > maxOfferedSuites)
    throw new RefusalError('malformed', `${offered.length} suites; at most ${maxOfferedSuites} are read`)
  const header = Uint8Array.of(protocolVersion, pattern, suite, offered.length, ...offered)
  return concatOctets(prologueLabel, header, connectionId, context)
}

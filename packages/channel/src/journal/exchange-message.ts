/**
 * The content of an exchange's stream: records, each with 4 octets of length followed by
 *
 *   open       1  version 1  caller's journal 16  number 8  oldest 8  again 1  expected journal 16  acknowledged 8
 *                 priority 1  1 class  1 protocol  2 id  head                                       the caller's first
 *   accepted   2  acknowledged 8                                                                    the server's first
 *   message    3  cursor 8  octets
 *   end        4  cursor 8                                     the caller's messages are complete up to here
 *   ack        5  cursor 8                                     all up to here is dealt with, never send it again
 *   over       6  cursor 8  1 code  problem                    the server's messages are complete; how it ended
 *   cancel     7  reason
 *   closed     8                                               the caller has the end: forget the exchange
 *   journal    9  journal 16                                   this server's journal is another one: open says whether that matters
 *
 * A cursor counts the messages of its direction from 1.
 * @module
 */
import {
  type Codec,
  counted,
  decode,
  decodeHex,
  DecodeError,
  encode,
  encodeHex,
  octets,
  Reader,
  rest,
  struct,
  text,
  uint64,
  uint8,
  type ValueOf,
} from '@vagus/wire'
import { type TrafficClass, trafficClasses } from '../session/traffic-class.ts'
import { type OutcomeCode, outcomeCodes } from './exchange.ts'
import { journalIdOctets, maxMessageOctets } from './limits.ts'

const version = 1
const kinds = ['open', 'accepted', 'message', 'end', 'ack', 'over', 'cancel', 'closed', 'journal'] as const
type ExchangeMessageKind = (typeof kinds)[number]

const cursor: Codec<number> = {
  read(r) {
    const at = r.offset
    const value = uint64.read(r)
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new DecodeError('bad-value', at, `${value} is not a cursor; the maximum is 2^53-1`)
    return Number(value)
  },
  write: (w, value) => uint64.write(w, BigInt(value)),
}
const wordOf = <Word extends string>(words: readonly Word[]): Codec<Word> => ({
  read(r) {
    const at = r.offset
    const word = text.read(r)
    if (!(words as readonly string[]).includes(word))
      throw new DecodeError('bad-value', at, `"${word}" is unknown here`)
    return word as Word
  },
  write: (w, value) => text.write(w, value),
})
const journalId: Codec<string> = {
  read: (r) => encodeHex(r.octets(journalIdOctets)),
  write: (w, value) => octets(journalIdOctets).write(w, decodeHex(value)),
}
const flag: Codec<boolean> = { read: (r) => r.uint8() !== 0, write: (w, value) => w.uint8(value ? 1 : 0) }
const versionOctet: Codec<undefined> = {
  read(r) {
    const at = r.offset
    const spoken = r.uint8()
    if (spoken !== version)
      throw new DecodeError('bad-value', at, `version ${spoken} is not supported; expected ${version}`)
    return undefined
  },
  write: (w) => w.uint8(version),
}

const codecs = {
  open: struct({
    version: versionOctet,
    callerJournal: journalId,
    number: cursor,
    oldest: cursor,
    again: flag,
    serverJournal: journalId,
    acknowledged: cursor,
    priority: uint8,
    class: counted(1, wordOf<TrafficClass>(trafficClasses)),
    protocol: counted(1, text),
    id: counted(2, text),
    head: rest,
  }),
  accepted: struct({ acknowledged: cursor }),
  message: struct({ cursor, octets: rest }),
  end: struct({ cursor }),
  ack: struct({ cursor }),
  over: struct({ cursor, code: counted(1, wordOf<OutcomeCode>(outcomeCodes)), problem: text }),
  cancel: struct({ reason: text }),
  closed: struct({}),
  journal: struct({ journal: journalId }),
} satisfies Record<ExchangeMessageKind, Codec<unknown>>

type Bodies = { readonly [Kind in ExchangeMessageKind]: Omit<ValueOf<(typeof codecs)[Kind]>, 'version'> }
export type ExchangeMessage = {
  [Kind in ExchangeMessageKind]: { readonly kind: Kind } & Bodies[Kind]
}[ExchangeMessageKind]
export type OpenMessage = ExchangeMessage & { readonly kind: 'open' }

/** Maximum octets by which a record is longer than its content. */
const headerRoom = 1024
export const maxExchangeRecordOctets = maxMessageOctets + headerRoom

/** The record, including its length. @throws {RangeError} on a value that does not fit its field */
export function encodeExchangeMessage(message: ExchangeMessage): Uint8Array {
  if (message.kind === 'message') return encodeData(message.cursor, message.octets)
  const codec = codecs[message.kind] as Codec<unknown> // sound: the message is of the codec's kind
  const body = encode(codec, { version: undefined, ...message })
  const record = new Uint8Array(5 + body.length)
  new DataView(record.buffer).setUint32(0, body.length + 1)
  record[4] = kinds.indexOf(message.kind) + 1
  record.set(body, 5)
  return record
}

/** Encoded by hand, because only this kind is frequent. */
function encodeData(at: number, data: Uint8Array): Uint8Array {
  const record = new Uint8Array(13 + data.length)
  const view = new DataView(record.buffer)
  view.setUint32(0, data.length + 9)
  record[4] = kinds.indexOf('message') + 1
  view.setBigUint64(5, BigInt(at))
  record.set(data, 13)
  return record
}

/** The content of a record, without its length. @throws {DecodeError} */
export function decodeExchangeMessage(record: Uint8Array): ExchangeMessage {
  const r = new Reader(record)
  const kind = kinds[r.uint8() - 1]
  if (kind === undefined) throw new DecodeError('bad-value', 0, `${record[0]} is not a kind of exchange record`)
  const body = decode(codecs[kind] as Codec<Bodies[typeof kind]>, record.subarray(1))
  return { ...body, kind } as ExchangeMessage // sound: the codec is of that kind
}

/**
 * What two members tell each other about a group, each one CBOR array on a stream between them:
 *
 *   have   [1, group, whole, [[log, seq, again], …]]   I have each of these logs up to seq
 *   entry  [2, group, entry]                           a sealed message
 *   stub   [3, group, stub]                            I have nothing up to this one any more
 *   key    [4, group, log, number, from, link, verify, since, lostFrom, lostTo]
 *                                                      my key: opens messages of my log from `from` on. Those from `since`
 *                                                      to `from` are not for you. Those of `lost` were, and are gone
 *   keyed  [5, group, log, number]                     I keep your key
 *
 * Only the sender of a log tells its keys, and only over its own session: the session proves whose they are.
 * @module
 */
import { cborList, cborOctets, type CborValue, DecodeError, encodeCbor } from '@vagus/wire'
import { logName, logOctets } from './entry.ts'
import { arrayOf, itemOf, numberOf, textOf } from './fields.ts'
import { maxLogsOfSender, maxMembers } from './limits.ts'

/** Names of roles are shorter. */
const maxGroupCharacters = 64
const keyOctets = 32
/** Of as many senders as there may be readers, each with all its logs; further logs are not told. */
export const maxRows = maxMembers * maxLogsOfSender

export interface Row {
  readonly log: Uint8Array
  readonly seq: number
  /** `again`: what came behind `seq` could not be taken; send it again. */
  readonly state: 'has' | 'again'
}

export interface KeyTold {
  readonly log: Uint8Array
  readonly number: number
  readonly from: number
  readonly link: Uint8Array
  /** Public key of the log. */
  readonly verify: Uint8Array
  /** Equal to `from` where the member had the key before. */
  readonly since: number
  /** The first and the last; 0 and 0: none. */
  readonly lostFrom: number
  readonly lostTo: number
}

export type Frame =
  /** `whole`: logs that are not there are not known at all. */
  | { readonly type: 'have'; readonly extent: 'whole' | 'changes'; readonly rows: readonly Row[] }
  | { readonly type: 'entry' | 'stub'; readonly octets: Uint8Array }
  | ({ readonly type: 'key' } & KeyTold)
  | { readonly type: 'keyed'; readonly log: Uint8Array; readonly number: number }

export interface GroupFrame {
  readonly group: string
  readonly frame: Frame
}

const kinds = { have: 1, entry: 2, stub: 3, key: 4, keyed: 5 } as const

export function encodeFrame({ group, frame }: GroupFrame): Uint8Array {
  return encodeCbor([kinds[frame.type], group, ...fieldsOf(frame)])
}

function fieldsOf(frame: Frame): CborValue[] {
  if (frame.type === 'have')
    return [frame.extent === 'whole', frame.rows.map(({ log, seq, state }) => [log, seq, state === 'again'])]
  if (frame.type === 'keyed') return [frame.log, frame.number]
  if (frame.type !== 'key') return [frame.octets]
  const { log, number, from, link, verify, since, lostFrom, lostTo } = frame
  return [log, number, from, link, verify, since, lostFrom, lostTo]
}

/** @throws {DecodeError} */
export function decodeFrame(octets: Uint8Array): GroupFrame {
  const [kind, name, ...fields] = cborList(itemOf(octets), 10, 'a frame')
  const group = textOf(name, maxGroupCharacters, 'the group')
  return { group, frame: frameOf(kind, fields) }
}

function frameOf(kind: CborValue, fields: readonly CborValue[]): Frame {
  if (kind === kinds.have) return haveOf(arrayOf(fields, 2, 'the rest of a have'))
  if (kind === kinds.entry) return { type: 'entry', octets: heldOf(fields) }
  if (kind === kinds.stub) return { type: 'stub', octets: heldOf(fields) }
  if (kind === kinds.keyed) {
    const [log, number] = arrayOf(fields, 2, 'the rest of a keyed')
    return { type: 'keyed', log: cborOctets(log, logOctets, 'the log'), number: numberOf(number, 'the key') }
  }
  if (kind !== kinds.key) throw new DecodeError('bad-value', 0, `the kind of a frame must be 1..5`)
  const [log, number, from, link, verify, since, lostFrom, lostTo] = arrayOf(fields, 8, 'the rest of a key')
  return {
    type: 'key',
    log: cborOctets(log, logOctets, 'the log'),
    number: numberOf(number, 'the key'),
    from: numberOf(from, 'its first message'),
    link: cborOctets(link, keyOctets, 'the link'),
    verify: cborOctets(verify, keyOctets, 'the public key'),
    since: numberOf(since, 'the first that is not meant'),
    lostFrom: numberOf(lostFrom, 'the first that is lost'),
    lostTo: numberOf(lostTo, 'the last that is lost'),
  }
}

function haveOf([isWhole, rows]: readonly CborValue[]): Frame {
  const read = cborList(rows, maxRows, 'the logs').map((row): Row => {
    const [log, seq, again] = arrayOf(row, 3, 'a log')
    const state = again === true ? 'again' : 'has'
    return { log: cborOctets(log, logOctets, 'the log'), seq: numberOf(seq, 'the sequence number'), state }
  })
  // Each may be answered with as much as may be under way of a log.
  if (new Set(read.map(({ log }) => logName(log))).size < read.length)
    throw new DecodeError('bad-value', 0, 'a have must tell of each log once')
  return { type: 'have', extent: isWhole === true ? 'whole' : 'changes', rows: read }
}

/** The entry or stub inside, which is read by itself. @throws {DecodeError} */
function heldOf(fields: readonly CborValue[]): Uint8Array {
  const [octets] = arrayOf(fields, 1, 'the rest of a frame')
  return octets instanceof Uint8Array ? octets : cborOctets(octets, 0, 'what it holds')
}

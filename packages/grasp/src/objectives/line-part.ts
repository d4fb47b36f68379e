/**
 * Line.Part: an agent asks the one beside another router to hold its part of one path of a private line for a while. A path
 * has a number of its own, so that a line moves by a second path that is there before the first one goes. Each end of a path
 * has a locator, BLOCK:NODE:NUMBER::/64, to which every router of the path has a route and for which it has a class of its own:
 *
 *   hold    at every router: the routes, and what is kept free for them on the links; at the ends also their SIDs
 *   steer   at the ends, once every router holds: what is to go into the path
 *
 * There is nothing to bargain about: the responder answers with the same part, or declines and says what is free.
 * @module
 */
import { cborText, cborUint, type CborValue, DecodeError } from '@vagus/wire'
import { Fields, most53, tupleOf } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface LineOffer {
  readonly header: Header
  /** 16 octets: the same from prepare to release. A hold and a steer of one path are two plans. */
  readonly planId: Uint8Array
  /** Of the path, 1..65,535. */
  readonly number: number
  /** Null releases; a dry run with it asks how the plan stands. */
  readonly part: LineHold | LineSteer | null
  /**
   * Milliseconds from the accept, of the prepare and again of each confirmation; then the responder takes its part back by
   * itself. A confirmation with another value makes a lease longer or shorter.
   */
  readonly leaseMs: number
  /** In offers of the responder. */
  readonly measured?: LineMeasured
}

export interface LineHold {
  readonly type: 'hold'
  /** One for each direction in which this router sends; at most 8. */
  readonly transmits: readonly LineTransmit[]
  /** At an end of the path. */
  readonly end?: LineEnd
  /**
   * Number of the path from which the line moves here, held by the same initiator: of a link that both need only the larger
   * rate is kept free. Ignored where that path is not held.
   */
  readonly insteadOf?: number
}

export interface LineTransmit {
  /** Of this router, towards the next one. */
  readonly interface: string
  /** Locator of the end that it leads to: an IPv6 prefix of 64 bits, as text. */
  readonly towards: string
  /** Kept free, on the wire: with the outer header. */
  readonly bitsPerSecond: number
}

export interface LineEnd {
  /** Locator of this end; its SIDs are `::4` (End.DX4) and `::6` (End.DX6), and `::a` answers probes (RFC 8762). */
  readonly locator: string
  /** Of the other end, to which probes go. */
  readonly remote: string
  /** To which packets go that leave the path here. */
  readonly interface: string
}

export interface LineSteer {
  readonly type: 'steer'
  /** Packets count that come in here, from one of `from` to one of `to`. */
  readonly interface: string
  /** Prefixes as text, at most 64 each. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** Locator of the end that they go to. */
  readonly remote: string
  /** Of a path that protects another one of the same packets: it takes them while the other does not answer. */
  readonly standby?: true
}

/** Since the plan was accepted. */
export interface LineMeasured {
  /** Of a hold, for each of `transmits`. */
  readonly sent?: readonly { readonly octets: number; readonly packets: number; readonly dropped: number }[]
  /** At an end: probes since the plan was accepted, and round trips of the last minute, microseconds; null: none came back. */
  readonly probes?: {
    readonly sent: number
    readonly lost: number
    readonly p50: number | null
    readonly p99: number | null
  }
  /** Of a steer: false while probes are lost; packets then go the way that they go without the line. */
  readonly steered?: boolean
  /** Of a hold: why it has less than was agreed on, though it is in force; missing: it has all. */
  readonly problem?: string
}

/** More than two a path needs; more are unreadable. */
const maxTransmits = 8
/** Prefixes of a site; more are unreadable. */
const maxPrefixes = 64
/** Longest name of an interface, and longest prefix as text. */
const maxName = 64
const maxPrefixText = 43
/** Longest reason why a hold has less than was agreed on. */
const maxProblem = 200
const most16 = 0xffff

const key = { header: 0, planId: 1, number: 2, part: 3, leaseMs: 4, measured: 5 }
const partType = { hold: 0, steer: 1 }
const holdKey = { type: 0, transmits: 1, end: 2, insteadOf: 3 }
/** Whoever does not know `standby` would send everything into it, and must decline instead. */
const steerKey = { type: 0, interface: 1, from: 2, to: 3, remote: 4, standby: -1 }
const measuredKey = { sent: 0, probes: 1, steered: 2, problem: 3 }

export const linePart: ObjectiveType<LineOffer> = declareObjective({
  name: privateName('Line.Part'),
  purpose: 'negotiation',
  dryRun: 'possible',
  // A steer with two full lists of IPv6 prefixes.
  maxSize: 16_384,
  codec: {
    encode: ({ header, planId, number, part, leaseMs, measured }) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(header)],
        [key.planId, planId],
        [key.number, number],
        [key.part, part === null ? null : writePart(part)],
        [key.leaseMs, leaseMs],
        ...(measured === undefined ? [] : [[key.measured, writeMeasured(measured)] as const]),
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'Line.Part', [])
      const number = fields.uint(key.number, most16)
      if (number === 0) throw refuse('the number of a path must be 1..65535')
      const part = fields.value(key.part)
      return {
        header: readHeader(fields.value(key.header)),
        planId: fields.octets(key.planId, 16),
        number,
        part: part === null ? null : readPart(part),
        leaseMs: fields.uint(key.leaseMs, most53),
        ...(fields.has(key.measured) ? { measured: readMeasured(fields.value(key.measured)) } : {}),
      }
    },
  },
})

/** A part as it is written: the same octets are the same part. */
export function writePart(part: LineHold | LineSteer): CborValue {
  if (part.type === 'steer') {
    return new Map<CborValue, CborValue>([
      [steerKey.type, partType.steer],
      [steerKey.interface, part.interface],
      [steerKey.from, part.from],
      [steerKey.to, part.to],
      [steerKey.remote, part.remote],
      ...(part.standby === undefined ? [] : [[steerKey.standby, true] as const]),
    ])
  }
  const { transmits, end, insteadOf } = part
  return new Map<CborValue, CborValue>([
    [holdKey.type, partType.hold],
    [holdKey.transmits, transmits.map((one) => [one.interface, one.towards, one.bitsPerSecond])],
    ...(end === undefined ? [] : [[holdKey.end, [end.locator, end.remote, end.interface]] as const]),
    ...(insteadOf === undefined ? [] : [[holdKey.insteadOf, insteadOf] as const]),
  ])
}

function readPart(value: CborValue): LineHold | LineSteer {
  const fields = new Fields(value, 'a part', [steerKey.standby])
  const type = fields.uint(holdKey.type, partType.steer)
  return type === partType.hold ? readHold(fields) : readSteer(fields)
}

function readHold(fields: Fields): LineHold {
  const transmits = fields.list(holdKey.transmits, readTransmit, maxTransmits)
  if (transmits.length === 0) throw refuse('a hold must have at least one transmit')
  return {
    type: 'hold',
    transmits,
    ...(fields.has(holdKey.end) ? { end: readEnd(fields.value(holdKey.end)) } : {}),
    ...(fields.has(holdKey.insteadOf) ? { insteadOf: fields.uint(holdKey.insteadOf, most16) } : {}),
  }
}

function readSteer(fields: Fields): LineSteer {
  const [from, to] = [steerKey.from, steerKey.to].map((list) => fields.list(list, readPrefix, maxPrefixes))
  if (from!.length === 0 || to!.length === 0) throw refuse('a steer must have prefixes to come from and to go to')
  return {
    type: 'steer',
    interface: fields.text(steerKey.interface, maxName),
    from: from!,
    to: to!,
    remote: fields.text(steerKey.remote, maxPrefixText),
    ...(fields.has(steerKey.standby) ? { standby: readStandby(fields.value(steerKey.standby)) } : {}),
  }
}

function readStandby(value: CborValue): true {
  if (value === true) return true
  throw refuse('whether a steer is on standby must be true, or missing')
}

const refuse = (problem: string): DecodeError => new DecodeError('bad-value', 0, problem)
const readPrefix = (value: CborValue): string => cborText(value, maxPrefixText, 'a prefix')
const readInterface = (value: CborValue): string => cborText(value, maxName, 'an interface')

function readTransmit(value: CborValue): LineTransmit {
  const [name, towards, bitsPerSecond] = tupleOf(value, 3, 'a transmit')
  return {
    interface: readInterface(name),
    towards: readPrefix(towards),
    bitsPerSecond: cborUint(bitsPerSecond, most53, 'the rate of a transmit'),
  }
}

function readEnd(value: CborValue): LineEnd {
  const [locator, remote, name] = tupleOf(value, 3, 'an end')
  return { locator: readPrefix(locator), remote: readPrefix(remote), interface: readInterface(name) }
}

const writeMeasured = ({ sent, probes, steered, problem }: LineMeasured): CborValue =>
  new Map<CborValue, CborValue>([
    ...(sent === undefined
      ? []
      : [[measuredKey.sent, sent.map((one) => [one.octets, one.packets, one.dropped])] as const]),
    ...(probes === undefined
      ? []
      : [[measuredKey.probes, [probes.sent, probes.lost, probes.p50, probes.p99]] as const]),
    ...(steered === undefined ? [] : [[measuredKey.steered, steered] as const]),
    ...(problem === undefined ? [] : [[measuredKey.problem, problem] as const]),
  ])

function readMeasured(value: CborValue): LineMeasured {
  const fields = new Fields(value, 'what was measured', [])
  const steered = fields.has(measuredKey.steered) ? fields.value(measuredKey.steered) : undefined
  if (steered !== undefined && typeof steered !== 'boolean') throw refuse('whether it is steered must be true or false')
  return {
    ...(fields.has(measuredKey.sent) ? { sent: fields.list(measuredKey.sent, readSent, maxTransmits) } : {}),
    ...(fields.has(measuredKey.probes) ? { probes: readProbes(fields.value(measuredKey.probes)) } : {}),
    ...(steered === undefined ? {} : { steered }),
    ...(fields.has(measuredKey.problem) ? { problem: fields.text(measuredKey.problem, maxProblem) } : {}),
  }
}

function readSent(value: CborValue): NonNullable<LineMeasured['sent']>[number] {
  const [octets, packets, dropped] = tupleOf(value, 3, 'what was sent')
  return {
    octets: cborUint(octets, most53, 'octets sent'),
    packets: cborUint(packets, most53, 'packets sent'),
    dropped: cborUint(dropped, most53, 'packets dropped'),
  }
}

function readProbes(value: CborValue): NonNullable<LineMeasured['probes']> {
  const [sent, lost, p50, p99] = tupleOf(value, 4, 'probes')
  const microseconds = (one: CborValue): number | null => (one === null ? null : cborUint(one, most53, 'a round trip'))
  return {
    sent: cborUint(sent, most53, 'probes sent'),
    lost: cborUint(lost, most53, 'probes lost'),
    p50: microseconds(p50),
    p99: microseconds(p99),
  }
}

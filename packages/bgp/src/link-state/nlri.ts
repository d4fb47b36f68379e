/**
 * The NLRI of BGP-LS (RFC 9552 §5.2): which node, link or prefix is meant.
 *
 *   octets  2     2       1            8           n
 *           type  length  protocol ID  identifier  descriptors: TLVs in ascending order
 *
 * An NLRI that breaks a rule of §8.2.2 is discarded alone; one of a type that we do not know is kept as it is.
 * @module
 */
import { counted, DecodeError, Reader, rest, Writer } from '@vagus/wire'
import { nlriType, nodeDescriptor } from './registry.ts'
import { codeOf, type LinkStateTlv, readTlvs, writeTlvs } from './tlv.ts'

interface Common {
  /** A number of `protocolId`. */
  readonly protocolId: number
  /** Instance of the routing universe, 64 bits (RFC 9552 §5.2). */
  readonly identifier: bigint
  readonly local: readonly LinkStateTlv[]
}

export type LinkStateNlri =
  | ({ readonly type: 'node' } & Common)
  | ({
      readonly type: 'link'
      readonly remote: readonly LinkStateTlv[]
      readonly link: readonly LinkStateTlv[]
    } & Common)
  | ({ readonly type: 'ipv4-prefix' | 'ipv6-prefix'; readonly prefix: readonly LinkStateTlv[] } & Common)
  | { readonly type: 'unknown'; readonly code: number; readonly value: Uint8Array }

export interface LinkStateRoutes {
  readonly nlri: readonly LinkStateNlri[]
  /** What was discarded, and why. */
  readonly malformed: readonly { readonly octets: Uint8Array; readonly problem: string }[]
}

const raw = counted(2, rest)
const codes = {
  node: nlriType.node,
  link: nlriType.link,
  'ipv4-prefix': nlriType.ipv4Prefix,
  'ipv6-prefix': nlriType.ipv6Prefix,
} as const
const typeOfCode = new Map(Object.entries(codes).map(([type, code]) => [code as number, type as keyof typeof codes]))

/** The NLRI field of MP_REACH or MP_UNREACH. Never throws; what cannot be walked to its end is malformed as a whole. */
export function decodeLinkStateNlri(octets: Uint8Array): LinkStateRoutes {
  const nlri: LinkStateNlri[] = []
  const malformed: { octets: Uint8Array; problem: string }[] = []
  const r = new Reader(octets)
  while (r.left > 0) {
    const from = r.offset
    try {
      const code = r.uint16()
      // From here on the next NLRI can be found, whatever is wrong with this one.
      const body = raw.read(r)
      const one = readOne(code, body)
      if ('problem' in one) malformed.push({ octets: octets.subarray(from, r.offset), problem: one.problem })
      else nlri.push(one)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      malformed.push({ octets: octets.subarray(from), problem: error.message })
      break
    }
  }
  return { nlri, malformed }
}

function readOne(code: number, body: Uint8Array): LinkStateNlri | { readonly problem: string } {
  try {
    return readNlri(code, body)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { problem: error.message }
  }
}

function readNlri(code: number, body: Uint8Array): LinkStateNlri {
  const type = typeOfCode.get(code)
  if (type === undefined) return { type: 'unknown', code, value: body }
  const r = new Reader(body)
  const head = { protocolId: r.uint8(), identifier: r.uint64() }
  const common = { ...head, local: readNode(r, nodeDescriptor.local) }
  if (type === 'node') {
    r.end()
    return { type, ...common }
  }
  if (type === 'link') {
    const remote = readNode(r, nodeDescriptor.remote)
    return { type, ...common, remote, link: readOrdered(r) }
  }
  return { type, ...common, prefix: readOrdered(r) }
}

function readNode(r: Reader, code: number): readonly LinkStateTlv[] {
  const at = r.offset
  const found = r.uint16()
  if (found !== code) throw new DecodeError('bad-value', at, `node descriptor ${found} where ${code} belongs`)
  return readOrdered(r.sub(r.uint16()))
}

/** RFC 9552 §5.1: TLVs in NLRI ascend, because NLRI are compared octet by octet. */
function readOrdered(r: Reader): readonly LinkStateTlv[] {
  const at = r.offset
  const tlvs = readTlvs(r)
  for (let index = 1; index < tlvs.length; index++) {
    const [before, after] = [codeOf(tlvs[index - 1]!), codeOf(tlvs[index]!)]
    if (before > after) throw new DecodeError('bad-value', at, `TLV ${after} comes after ${before}`)
  }
  return tlvs
}

/** The octets of the NLRI. TLVs are put in ascending order. @throws {RangeError} when a value does not fit */
export function encodeLinkStateNlri(nlri: readonly LinkStateNlri[]): Uint8Array<ArrayBuffer> {
  const w = new Writer()
  for (const one of nlri) {
    w.uint16(one.type === 'unknown' ? one.code : codes[one.type])
    if (one.type === 'unknown') raw.write(w, one.value)
    else w.counted(2, () => writeNlri(w, one))
  }
  return w.finish()
}

function writeNlri(w: Writer, nlri: Exclude<LinkStateNlri, { type: 'unknown' }>): void {
  w.uint8(nlri.protocolId)
  w.uint64(nlri.identifier)
  writeNode(w, nodeDescriptor.local, nlri.local)
  if (nlri.type === 'link') {
    writeNode(w, nodeDescriptor.remote, nlri.remote)
    writeTlvs(w, ordered(nlri.link))
  } else if (nlri.type !== 'node') writeTlvs(w, ordered(nlri.prefix))
}

function writeNode(w: Writer, code: number, tlvs: readonly LinkStateTlv[]): void {
  w.uint16(code)
  w.counted(2, () => writeTlvs(w, ordered(tlvs)))
}

const ordered = (tlvs: readonly LinkStateTlv[]): readonly LinkStateTlv[] =>
  [...tlvs].sort((one, other) => codeOf(one) - codeOf(other))

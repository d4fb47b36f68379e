/**
 * Carrier B: telemetry through routers that know nothing of it, as an optional transitive attribute on prefixes that
 * carry no traffic (draft §4.3). The attribute's code is the operator's choice; there is none of our own. Only for
 * internal sessions: outside an AS, unknown attributes have ended other people's sessions.
 *
 *   octets  4           1        1     1      1         8         8      n
 *           enterprise  version  page  pages  reserved  sequence  agent  records: 2 length, NLRI, 2 length, TLVs
 *
 * @module
 */
import type { Prefix } from '@vagus/address'
import { counted, DecodeError, list, Reader, rest, struct, Writer } from '@vagus/wire'
import { attributeFlag, wellKnownCommunity } from '../registry.ts'
import type { PathAttributes } from '../update/path-attributes.ts'
import { maxCarrierOctets, maxCarrierPrefixes } from './limits.ts'
import { readTime } from './measurement.ts'
import { enterpriseCode, telemetryVersion } from './registry.ts'

export interface CarriedRecord {
  /** One NLRI of BGP-LS. */
  readonly nlri: Uint8Array
  /** The value of its BGP-LS attribute. */
  readonly tlvs: Uint8Array
}

export interface CarriedPage {
  readonly page: number
  readonly pages: number
  readonly sequence: number
  readonly agent: bigint
  readonly records: readonly CarriedRecord[]
}

const recordList = list(struct({ nlri: counted(2, rest), tlvs: counted(2, rest) }))

/**
 * The values of the attribute, each for the prefix of its number; at least one. Records that do not fit the last prefix
 * are left out, so the caller puts the heaviest first.
 */
export function encodeCarrier(
  records: readonly CarriedRecord[],
  { sequence, agent }: Pick<CarriedPage, 'sequence' | 'agent'>,
): readonly Uint8Array[] {
  const bodies: CarriedRecord[][] = [[]]
  let octets = 0
  for (const record of records) {
    const size = record.nlri.length + record.tlvs.length + 4
    if (octets + size > maxCarrierOctets && bodies.at(-1)!.length > 0) {
      if (bodies.length === maxCarrierPrefixes) break
      bodies.push([])
      octets = 0
    }
    bodies.at(-1)!.push(record)
    octets += size
  }
  return bodies.map((body, page) => {
    const w = new Writer(octets + 32)
    w.uint32(enterpriseCode)
    w.uint8(telemetryVersion)
    w.uint8(page)
    w.uint8(bodies.length)
    w.uint8(0)
    w.uint64(BigInt(sequence))
    w.uint64(agent)
    recordList.write(w, body)
    return w.finish()
  })
}

/** As `decodeMeasurement`. Never throws. */
export function decodeCarrier(octets: Uint8Array): CarriedPage | 'malformed' | 'foreign' {
  try {
    const r = new Reader(octets)
    if (r.uint32() !== enterpriseCode) return 'foreign'
    if (r.uint8() < 1) return 'malformed'
    const [page, pages] = [r.uint8(), r.uint8()]
    r.skip(1)
    const [sequence, agent] = [readTime(r), r.uint64()]
    if (page >= pages || pages > maxCarrierPrefixes) return 'malformed'
    return { page, pages, sequence, agent, records: recordList.read(r) }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return 'malformed'
  }
}

/** The route that carries a page, within the AS and no further. `nextHop`: 4 octets. */
export const carrierAttributes = (code: number, page: Uint8Array, nextHop: Uint8Array): PathAttributes => ({
  origin: 2,
  asPath: [],
  nextHop,
  localPref: 0,
  communities: [wellKnownCommunity.noExport],
  unknown: [{ flags: attributeFlag.optional | attributeFlag.transitive, code, value: page }],
})

/** 100.64.0.0/10 (RFC 6598): 18 bits of the agent's BGP identifier, 4 of the page. `page`: 0..15. */
export function telemetryPrefixOf(bgpIdentifier: number, page: number): Prefix {
  const octets = new Uint8Array(16)
  const view = new DataView(octets.buffer)
  view.setUint16(10, 0xffff)
  view.setUint32(12, 0x6440_0000 + (bgpIdentifier & 0x3_ffff) * 16 + (page & 15))
  return { version: 4, octets, length: 32 }
}

/** Whether the route may be one of carrier B. */
export const isTelemetryPrefix = ({ version, octets, length }: Prefix): boolean =>
  version === 4 && length === 32 && octets[12] === 100 && (octets[13]! & 0xc0) === 64

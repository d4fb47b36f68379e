/** The BGP-LS attribute: TLVs about the node, link or prefix of the NLRI beside it (RFC 9552 §5.3). @module */
import { DecodeError, Reader, Writer } from '@vagus/wire'
import { type LinkStateTlv, readTlvs, writeTlvs } from './tlv.ts'

/** The TLVs, or undefined when a length overruns: then the attribute is discarded (RFC 9552 §8.2.2). Never throws. */
export function decodeLinkStateTlvs(octets: Uint8Array): readonly LinkStateTlv[] | undefined {
  try {
    return readTlvs(new Reader(octets))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return undefined
  }
}

/** @throws {RangeError} when a value does not fit its TLV */
export function encodeLinkStateTlvs(tlvs: readonly LinkStateTlv[]): Uint8Array<ArrayBuffer> {
  const w = new Writer()
  writeTlvs(w, tlvs)
  return w.finish()
}

/**
 * The TLVs of BGP-LS (RFC 9552 §5.1).
 *
 *   octets  2     2       n
 *           type  length  value
 *
 * A TLV that we do not know, or whose value has not its form, is kept byte for byte (§5.1: it must be passed on).
 * @module
 */
import { counted, DecodeError, Reader, rest, type Writer } from '@vagus/wire'
import { type KnownTlv, type TlvName, type TlvValue, tlvByCode, tlvByName } from './registry.ts'

export type LinkStateTlv = KnownTlv | { readonly type: 'unknown'; readonly code: number; readonly value: Uint8Array }

const raw = counted(2, rest)

/** @throws {DecodeError} when a length overruns */
export function readTlvs(r: Reader): readonly LinkStateTlv[] {
  const found: LinkStateTlv[] = []
  while (r.left > 0) found.push(readTlv(r))
  return found
}

function readTlv(r: Reader): LinkStateTlv {
  const code = r.uint16()
  const octets = r.octets(r.uint16())
  const facts = tlvByCode.get(code)
  const unknown = { type: 'unknown', code, value: octets } as const
  if (facts === undefined) return unknown
  try {
    const inner = new Reader(octets)
    const value = facts.codec.read(inner)
    inner.end()
    return { type: facts.name, value } as KnownTlv // sound: the codec stands beside the name
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return unknown
  }
}

/** Writes the TLVs in the order given. @throws {RangeError} when a value does not fit */
export function writeTlvs(w: Writer, tlvs: readonly LinkStateTlv[]): void {
  for (const tlv of tlvs) {
    w.uint16(codeOf(tlv))
    if (tlv.type === 'unknown') raw.write(w, tlv.value)
    else w.counted(2, () => tlvByName.get(tlv.type)!.codec.write(w, tlv.value))
  }
}

export const codeOf = (tlv: LinkStateTlv): number => (tlv.type === 'unknown' ? tlv.code : tlvByName.get(tlv.type)!.code)

/** The value of the first TLV of that name, or undefined. */
export function valueOf<Name extends TlvName>(tlvs: readonly LinkStateTlv[], name: Name): TlvValue<Name> | undefined {
  return tlvs.find((tlv) => tlv.type === name)?.value as TlvValue<Name> | undefined // sound: found by its name
}

/** ASN.1 from a stranger: one value, complete, without anything behind it. @module */
import { fromBER } from 'asn1js'
import { refused, type Refused, type RefusalCode } from '@vagus/brski'
import { lengthProblem } from './der-lengths.ts'

/** Octets read of one structure. A request with a chain and a request inside has some 6 kB. */
const maxDerOctets = 65_536

/** What `read` makes of the value in `der`. Whatever goes wrong is refused as `code`. */
export function readDer<T extends object>(
  der: Uint8Array,
  what: string,
  code: RefusalCode,
  read: (value: ReturnType<typeof fromBER>['result']) => T | Refused,
): T | Refused {
  if (der.length > maxDerOctets)
    return refused('limit', `${what} has ${der.length} octets; at most ${maxDerOctets} are read`)
  const problem = lengthProblem(der)
  if (problem !== undefined) return refused(code, `${what} is not in DER: ${problem}`)
  try {
    const { offset, result } = fromBER(Uint8Array.from(der).buffer)
    if (offset !== der.length) return refused(code, `${what} is no ASN.1`)
    return read(result)
  } catch {
    return refused(code, `${what} is not in the form of its standard`)
  }
}

/** Octets of an ASN.1 value, which is ours. */
export const toDer = (value: { toBER(): ArrayBuffer }): Uint8Array<ArrayBuffer> => new Uint8Array(value.toBER())

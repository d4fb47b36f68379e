/**
 * Where one NLRI ends and the next begins, in families whose NLRI are kept as octets (RFC 8955 §4, RFC 9552 §5.2).
 * @module
 */
import { ipv4Flowspec, ipv6Flowspec, linkState } from '../family.ts'

/**
 * Octet behind the NLRI that begins at `at`. The octets must have passed `faultOfNlri`; of other families all is one.
 */
export function endOfNlri(octets: Uint8Array, at: number, to: number, family: number): number {
  switch (family) {
    case linkState:
      return at + 4 + octets[at + 2]! * 256 + octets[at + 3]!
    case ipv4Flowspec:
    case ipv6Flowspec: {
      const first = octets[at]!
      return first >= 0xf0 ? at + 2 + (first & 0x0f) * 256 + octets[at + 1]! : at + 1 + first
    }
    default:
      return to
  }
}

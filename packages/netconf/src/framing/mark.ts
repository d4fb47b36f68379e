/** The end of a message with base:1.0, `]]>]]>` (RFC 6242 §4.3): no document of XML has it. @module */

export const mark: Uint8Array = new TextEncoder().encode(']]>]]>')

export function isMarkAt(octets: Uint8Array, at: number): boolean {
  return mark.every((octet, index) => octets[at + index] === octet)
}

/** Connection ids as table keys. @module */

/** The 8 octets of `octets` from `at` on, one character each. Decoding a view of them would take longer. */
export const idKeyOf = (octets: Uint8Array, at = 0): string =>
  String.fromCharCode(
    octets[at]!,
    octets[at + 1]!,
    octets[at + 2]!,
    octets[at + 3]!,
    octets[at + 4]!,
    octets[at + 5]!,
    octets[at + 6]!,
    octets[at + 7]!,
  )

/** Whether `key` is that of the 8 octets of `octets` from `at` on, without making it. */
export function isIdKeyOf(key: string, octets: Uint8Array, at: number): boolean {
  for (let index = 0; index < 8; index++) if (key.charCodeAt(index) !== octets[at + index]) return false
  return true
}

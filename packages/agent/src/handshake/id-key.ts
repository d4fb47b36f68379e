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

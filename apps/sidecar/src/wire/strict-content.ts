/** Content that must have one meaning for whoever decides about it and for whoever executes it; else it has none. @module */

/** `undefined` for what is not UTF-8; a byte order mark is a character. */
export function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}

/** `undefined` for what is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Whether a server may make JSON of `body` all the same, of which `jsonOf` makes none: some parse what is not said to be
 * JSON, also in UTF-16 and UTF-32, which begin so, and what JSON does not allow. Python takes NaN, and halves of surrogate
 * pairs. All of it is looked at: blanks before a value may be as many as the caller likes.
 */
export function mayBecomeJson(body: Uint8Array): boolean {
  const isOddlyCoded = body.subarray(0, 4).some((octet) => octet === 0 || octet > 0xf4) || body[0] === 0xef
  const first = body.find((octet) => octet > 0x20)
  return isOddlyCoded || first === 0x7b || first === 0x5b
}

/** Octets written as hexadecimal digits, and messages made of them. @module */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

/** A message of `type` with a right header. */
export function message(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  const inner = concat(...body)
  const length = inner.length + 19
  return concat(new Uint8Array(16).fill(255), new Uint8Array([length >> 8, length & 255, type]), inner)
}

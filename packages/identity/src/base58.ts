/**
 * base58btc, the alphabet of Bitcoin without 0, O, I and l (draft-msporny-base58-03): a number in base 58, with one "1"
 * for each leading zero octet. For keys and hashes only: the time grows with the square of the length.
 * @module
 */
import { RefusalError } from './refusal.ts'

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const valueOf = new Map(Array.from(alphabet).map((character, value) => [character, value]))

export function encodeBase58(octets: Uint8Array): string {
  const digits: number[] = []
  for (const octet of octets) {
    let carry = octet
    for (let place = 0; place < digits.length; place++) {
      carry += digits[place]! * 256
      digits[place] = carry % 58
      carry = Math.floor(carry / 58)
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58)
  }
  const zeros = leading(octets, 0)
  return (
    '1'.repeat(zeros) +
    digits
      .reverse()
      .map((digit) => alphabet[digit])
      .join('')
  )
}

/** @throws {RefusalError} `malformed` on a character outside the alphabet */
export function decodeBase58(text: string): Uint8Array<ArrayBuffer> {
  const octets: number[] = []
  for (const character of text) {
    let carry = valueOf.get(character) ?? -1
    if (carry < 0) throw new RefusalError('malformed', `"${character}" is not a character of base58btc`)
    for (let place = 0; place < octets.length; place++) {
      carry += octets[place]! * 58
      octets[place] = carry & 255
      carry >>= 8
    }
    for (; carry > 0; carry >>= 8) octets.push(carry & 255)
  }
  const zeros = leading(text, '1')
  return Uint8Array.from([...Array.from({ length: zeros }, () => 0), ...octets.reverse()])
}

/** The number of elements at the start of `sequence` that are `value`. */
function leading<T>(sequence: ArrayLike<T>, value: T): number {
  let count = 0
  while (count < sequence.length && sequence[count] === value) count++
  return count
}

/**
 * The permutation Keccak-f[1600] (FIPS 202 §3.3) and cSHAKE128 over it (NIST SP 800-185 §3), which node:crypto lacks.
 * A lane of 64 bits is two words, the low one first. For tags of keys: short inputs, nothing secret.
 * @module
 */
import { concatOctets } from '@vagus/wire'

/** Octets absorbed between two permutations: 1600 bits minus twice the security strength of 128 bits. */
const rateOctets = 168

/** For lane x + 5y: the rotation in step rho, and its destination in step pi. */
const rotations = new Uint8Array(25)
const targets = new Uint8Array(25)
for (let x = 1, y = 0, t = 0; t < 24; t++) {
  rotations[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64
  ;[x, y] = [y, (2 * x + 3 * y) % 5]
}
for (let lane = 0; lane < 25; lane++) {
  const x = lane % 5
  const y = (lane - x) / 5
  targets[lane] = y + 5 * ((2 * x + 3 * y) % 5)
}

/** Round constants of step iota, low and high word in turn, from the shift register of FIPS 202 §3.2.5. */
const roundConstants = new Uint32Array(48)
for (let round = 0, register = 1; round < 24; round++) {
  for (let j = 0; j < 7; j++) {
    const bit = (1 << j) - 1
    if (register & 1) roundConstants[round * 2 + (bit >> 5)]! ^= 1 << (bit & 31)
    register = (register << 1) ^ (register >> 7 ? 0x171 : 0)
  }
}

const column = new Uint32Array(10)
const moved = new Uint32Array(50)

/** @param state 25 lanes as 50 words, changed in place */
export function keccakF1600(state: Uint32Array): void {
  for (let round = 0; round < 24; round++) {
    theta(state)
    for (let lane = 0; lane < 25; lane++) rotateInto(state, lane, rotations[lane]!, targets[lane]!)
    for (let word = 0; word < 50; word++) {
      const row = word - (word % 10)
      state[word] = moved[word]! ^ (~moved[row + ((word + 2) % 10)]! & moved[row + ((word + 4) % 10)]!)
    }
    state[0]! ^= roundConstants[round * 2]!
    state[1]! ^= roundConstants[round * 2 + 1]!
  }
}

function theta(state: Uint32Array): void {
  for (let word = 0; word < 10; word++) {
    column[word] = state[word]! ^ state[word + 10]! ^ state[word + 20]! ^ state[word + 30]! ^ state[word + 40]!
  }
  for (let x = 0; x < 5; x++) {
    const left = ((x + 4) % 5) * 2
    const right = ((x + 1) % 5) * 2
    const low = column[left]! ^ ((column[right]! << 1) | (column[right + 1]! >>> 31))
    const high = column[left + 1]! ^ ((column[right + 1]! << 1) | (column[right]! >>> 31))
    for (let word = x * 2; word < 50; word += 10) {
      state[word]! ^= low
      state[word + 1]! ^= high
    }
  }
}

function rotateInto(state: Uint32Array, lane: number, by: number, target: number): void {
  const low = state[lane * 2 + (by >= 32 ? 1 : 0)]!
  const high = state[lane * 2 + (by >= 32 ? 0 : 1)]!
  const bits = by & 31
  moved[target * 2] = bits === 0 ? low : (low << bits) | (high >>> (32 - bits))
  moved[target * 2 + 1] = bits === 0 ? high : (high << bits) | (low >>> (32 - bits))
}

/**
 * cSHAKE128 with an empty function name. `customization` must not be empty: that would be SHAKE128.
 * @param length octets of output, at most 168
 */
export function cshake128(input: Uint8Array, customization: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  if (customization.length === 0) throw new RangeError('"customization" must not be empty')
  if (length > rateOctets) throw new RangeError(`"length" must be at most ${rateOctets}, got ${length}`)
  const header = concatOctets(
    leftEncode(rateOctets),
    leftEncode(0),
    leftEncode(customization.length * 8),
    customization,
  )
  const headerEnd = Math.ceil(header.length / rateOctets) * rateOctets
  const end = (Math.floor((headerEnd + input.length) / rateOctets) + 1) * rateOctets
  const padded = new Uint8Array(end)
  padded.set(header)
  padded.set(input, headerEnd)
  padded[headerEnd + input.length]! ^= 0x04
  padded[end - 1]! ^= 0x80
  const state = new Uint32Array(50)
  for (let block = 0; block < end; block += rateOctets) {
    for (let octet = 0; octet < rateOctets; octet++) {
      state[octet >> 2]! ^= padded[block + octet]! << ((octet & 3) * 8)
    }
    keccakF1600(state)
  }
  return Uint8Array.from({ length }, (_, octet) => state[octet >> 2]! >>> ((octet & 3) * 8))
}

/** SP 800-185 §2.3.1: a number preceded by its length in octets. */
function leftEncode(value: number): Uint8Array {
  const octets: number[] = []
  for (let left = value; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256)
  if (octets.length === 0) octets.push(0)
  return Uint8Array.of(octets.length, ...octets)
}

/** Cuts the octets of a BMP connection into messages (RFC 7854 §4.1); holds at most one that is not whole. @module */
import { maxBmpOctets } from '../limits.ts'
import { bmpHeaderOctets, type BmpMalformed, bmpVersion } from './message.ts'

const first = 4096

export class BmpFramer {
  #kept = new Uint8Array(first)
  #length = 0

  /** Octets that wait for their rest. */
  get waiting(): number {
    return this.#length
  }

  /** As `MessageFramer.push`: what it returns ends the connection, for nothing behind a wrong length can be found. */
  push(octets: Uint8Array, onMessage: (message: Uint8Array) => void): BmpMalformed | undefined {
    let at = 0
    while (this.#length > 0 && at < octets.length) {
      const wanted = this.#length < bmpHeaderOctets ? bmpHeaderOctets : lengthAt(this.#kept, 0)
      const taken = Math.min(wanted - this.#length, octets.length - at)
      this.#keep(octets.subarray(at, at + taken))
      at += taken
      if (this.#length < wanted) return undefined
      if (wanted === bmpHeaderOctets) {
        const problem = problemAt(this.#kept, 0)
        if (problem !== undefined) return problem
        if (lengthAt(this.#kept, 0) > bmpHeaderOctets) continue
      }
      const message = this.#kept.slice(0, this.#length)
      this.#length = 0
      onMessage(message)
    }
    while (octets.length - at >= bmpHeaderOctets) {
      const problem = problemAt(octets, at)
      if (problem !== undefined) return problem
      const length = lengthAt(octets, at)
      if (octets.length - at < length) break
      onMessage(octets.subarray(at, at + length))
      at += length
    }
    this.#keep(octets.subarray(at))
    return undefined
  }

  #keep(octets: Uint8Array): void {
    const length = this.#length + octets.length
    if (length > this.#kept.length) {
      const larger = new Uint8Array(Math.min(Math.max(length, this.#kept.length * 2), maxBmpOctets))
      larger.set(this.#kept.subarray(0, this.#length))
      this.#kept = larger
    }
    this.#kept.set(octets, this.#length)
    this.#length = length
  }
}

const lengthAt = (octets: Uint8Array, at: number): number =>
  octets[at + 1]! * 2 ** 24 + octets[at + 2]! * 65536 + octets[at + 3]! * 256 + octets[at + 4]!

function problemAt(octets: Uint8Array, at: number): BmpMalformed | undefined {
  if (octets[at] !== bmpVersion) {
    return { type: 'malformed', problem: `BMP version ${octets[at]}; we speak ${bmpVersion}` }
  }
  const length = lengthAt(octets, at)
  if (length >= bmpHeaderOctets && length <= maxBmpOctets) return undefined
  return { type: 'malformed', problem: `a BMP message has ${bmpHeaderOctets}..${maxBmpOctets} octets, not ${length}` }
}

/** Octets of a stream in the portions that a reader wants. @module */
import type { Readable } from 'node:stream'
import { ArchiveError } from './errors.ts'

const nothing = new Uint8Array(0)

export class OctetReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = nothing

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  }

  /** At least one octet and at most `most`. @throws {ArchiveError} at the end; errors of the stream */
  async some(most: number): Promise<Uint8Array> {
    if (!(await this.#has())) throw new ArchiveError('it ends too early: it was cut off')
    const taken = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(taken.length)
    return taken
  }

  /** Exactly that many, in memory of their own. @throws as `some` */
  async take(octets: number): Promise<Uint8Array> {
    const all = new Uint8Array(octets)
    for (let at = 0; at < octets;) {
      const chunk = await this.some(octets - at)
      all.set(chunk, at)
      at += chunk.length
    }
    return all
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#has())
  }

  async #has(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) return false
      this.#rest = next.value
    }
    return true
  }
}

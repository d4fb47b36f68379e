/** What was wrong with a datagram: the first problem found, with its octet. @module */
import type { DecodeError } from '@vagus/wire'

export class Malformation {
  #problem: string | undefined

  /** `octet` counts from the start of the datagram. */
  note(octet: number, problem: string): void {
    this.#problem ??= `octet ${octet}: ${problem}`
  }

  noteError(error: DecodeError): void {
    this.#problem ??= error.message
  }

  /** The problem of the datagram at hand; undefined when it was all right. */
  get problem(): string | undefined {
    return this.#problem
  }

  clear(): void {
    this.#problem = undefined
  }
}

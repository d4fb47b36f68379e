/** What was wrong with a datagram: the first problem found, with its octet. @module */
import type { DecodeError } from '@vagus/wire'

export class Malformation {
  #problem: string | undefined
  #start = 0

  /** `at` is a place in the memory that holds the datagram. */
  note(at: number, problem: string): void {
    this.#problem ??= `octet ${this.octetOf(at)}: ${problem}`
  }

  /** The same place, counted from the start of the datagram. */
  octetOf(at: number): number {
    return at - this.#start
  }

  noteError(error: DecodeError): void {
    this.#problem ??= error.message
  }

  /** The problem of the datagram at hand; undefined when it was all right. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Of a new datagram, which starts at `start`. */
  begin(start: number): void {
    this.#problem = undefined
    this.#start = start
  }

  /** While `work` reads octets that stand in memory of their own, from its start. */
  elsewhere(work: () => void): void {
    const start = this.#start
    this.#start = 0
    work()
    this.#start = start
  }
}

/** The first problem found in a datagram, with its octet. @module */
import type { DecodeError } from '@vagus/wire'

export class Malformation {
  #problem: string | undefined
  #start = 0

  /** Notes a problem at `at`, a position in the memory that holds the datagram. Only the first problem is kept. */
  note(at: number, problem: string): void {
    this.#problem ??= `octet ${this.octetOf(at)}: ${problem}`
  }

  /** The same position as an octet of the datagram, from 0. */
  octetOf(at: number): number {
    return at - this.#start
  }

  noteError(error: DecodeError): void {
    this.#problem ??= error.message
  }

  /** The problem of the current datagram; undefined if it is well-formed so far. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Begins a new datagram at `start`. */
  begin(start: number): void {
    this.#problem = undefined
    this.#start = start
  }

  /** Runs `work` on octets in separate memory, where positions count from 0. */
  elsewhere(work: () => void): void {
    const start = this.#start
    this.#start = 0
    work()
    this.#start = start
  }
}

/**
 * Connections that are read by turns. With hundreds of peers that each say little, each at its own time, a thread wakes
 * for every one of them with cold caches; in turns it wakes for all that spoke meanwhile.
 * @module
 */
import type { Socket } from 'node:net'
import { fdOf, type PolledStream, PolledStreams, UnavailableError } from '@vagus/linux'
import { shortestTurn } from '../limits.ts'

export class ReadingTurns {
  /** Milliseconds between two turns, as things are. */
  readonly #interval: () => number
  #streams: PolledStreams | undefined
  /** The next turn will come by itself. */
  #isAwaited = false

  constructor(interval: () => number) {
    this.#interval = interval
  }

  /**
   * Reads a socket that Node does not read yet. Undefined where it is to be read as it comes: turns would follow each
   * other too soon to save anything, or native calls do not work. What is returned gives it back, to be closed or read.
   */
  add(socket: Socket, stream: PolledStream): (() => void) | undefined {
    if (this.#interval() < shortestTurn) return undefined
    try {
      const streams = (this.#streams ??= new PolledStreams())
      const fd = fdOf(socket)
      streams.add(fd, stream)
      this.#await(streams)
      return () => streams.delete(fd)
    } catch (error) {
      if (error instanceof UnavailableError) return undefined
      throw error
    }
  }

  #await(streams: PolledStreams): void {
    if (this.#isAwaited) return
    this.#isAwaited = true
    setTimeout(
      () => {
        this.#isAwaited = false
        streams.read()
        if (streams.size > 0) this.#await(streams)
      },
      Math.max(shortestTurn, this.#interval()),
    )
  }
}

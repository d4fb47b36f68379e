/**
 * GRASP on one connection between two agents. Each side keeps a stream open for as long as it takes part: by it the other
 * knows that there is a neighbour, and when there is none any more, though the connection may stay for other uses.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Connection } from '@vagus/agent'
import type { StreamPurpose } from './substrate.ts'

/** What is spoken in a stream, as the other side serves it. The first one carries nothing: it is there or not. */
const presence = 'grasp/presence'
export const protocols: Readonly<Record<StreamPurpose, string>> = { multicast: 'grasp/multicast', unicast: 'grasp' }
/** Milliseconds before a broken presence is told again to a side that is still there. */
const retryMs = 1000

export interface TieEvents {
  readonly onPresent: () => void
  readonly onAbsent: () => void
  readonly onStream: (stream: Duplex, purpose: StreamPurpose) => void
}

export class Tie {
  readonly connection: Connection
  readonly #events: TieEvents
  readonly #incoming: AsyncIterableIterator<{ readonly stream: Duplex }, undefined>[] = []
  #own: Duplex | undefined
  #other: Duplex | undefined
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(connection: Connection, events: TieEvents) {
    this.connection = connection
    this.#events = events
    this.#tell()
    void this.#take(presence, (stream) => this.#heard(stream))
    for (const purpose of ['multicast', 'unicast'] as const)
      void this.#take(protocols[purpose], (stream) => events.onStream(stream, purpose))
  }

  /** We take part no more on this connection, or it is over. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    for (const streams of this.#incoming) void streams.return?.()
    this.#own?.destroy()
    this.#lost(this.#other)
  }

  async #take(protocol: string, onStream: (stream: Duplex) => void): Promise<void> {
    const streams = this.connection.streams(protocol)
    this.#incoming.push(streams)
    for await (const { stream } of streams) {
      if (this.#isOver) stream.destroy()
      else onStream(stream)
    }
  }

  #tell(): void {
    const own = this.connection.openStream({ protocol: presence, class: 'control' })
    this.#own = own
    own.resume()
    own.once('close', () => {
      if (this.#isOver || this.#other === undefined) return
      this.#timer = setTimeout(() => this.#tellAgain(), retryMs).unref()
    })
  }

  /** It left, took our stream with it, and is back. */
  #tellAgain(): void {
    if (this.#isOver || this.#own?.destroyed !== true) return
    clearTimeout(this.#timer)
    this.#tell()
  }

  #heard(stream: Duplex): void {
    this.#lost(this.#other) // it began anew, and the end of the stream before has not come yet
    this.#other = stream
    stream.resume()
    stream.once('end', () => this.#lost(stream))
    stream.once('close', () => this.#lost(stream))
    this.#events.onPresent()
    if (stream.destroyed) this.#lost(stream)
    this.#tellAgain()
  }

  #lost(stream: Duplex | undefined): void {
    if (stream === undefined || this.#other !== stream) return
    this.#other = undefined
    stream.destroy()
    this.#events.onAbsent()
  }
}

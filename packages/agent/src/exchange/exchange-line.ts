/** The stream that carries an exchange for a while: messages in both directions, with back pressure. @module */
import type { Duplex } from 'node:stream'
import {
  decodeExchangeMessage,
  encodeExchangeMessage,
  type ExchangeMessage,
  maxExchangeRecordOctets,
  type TrafficClass,
} from '@vagus/channel'
import { SessionStream } from '../link/session-stream.ts'
import type { Hold } from './unfinished-messages.ts'

/** Octets up to which a record is always accepted: it need not be a message. */
const alwaysTaken = 65_536

export interface LineEvents {
  /** `false` if the line must be broken, because the other side violates the rules or there is no room. */
  readonly message: (message: ExchangeMessage) => boolean
  /** Whether a partly received record of `octets` may arrive. */
  readonly takes: (octets: number) => boolean
  readonly next: () => ExchangeMessage | undefined
  readonly closed: () => void
}

export class ExchangeLine {
  readonly #stream: Duplex
  readonly #hold: Hold
  #events: LineEvents
  #chunks: Buffer[] = []
  #octets = 0
  #wanted = 4
  #isFull = false
  #isOver = false

  /** @param hold is notified how much of a message has arrived; it may break the line */
  constructor(stream: Duplex, events: LineEvents, hold: Hold) {
    this.#stream = stream
    this.#hold = hold
    this.#events = events
    stream.on('data', (chunk: Buffer) => {
      if (this.#isOver) return // the other side may keep sending
      this.#take(chunk)
      if (!this.#isOver) hold(this, this.#octets)
    })
    stream.on('drain', () => {
      this.#isFull = false
      this.pump()
    })
    stream.on('error', () => undefined) // `close` follows
    stream.on('close', () => this.#close())
    stream.on('end', () => {
      // The other side ended: unless we end too, the stream would stay open. Node makes an error of a second end.
      if (!stream.writableEnded) stream.end()
      this.#close()
    })
  }

  /** Called with the first message, which tells whose line it is. */
  handTo(events: LineEvents): void {
    this.#events = events
  }

  /** Writes pending messages, as far as the stream takes them. */
  pump(): void {
    while (!this.#isFull && !this.#isOver) {
      const message = this.#events.next()
      if (message === undefined) return
      this.write(message)
    }
  }

  write(message: ExchangeMessage): void {
    if (!this.#isOver) this.#isFull = !this.#stream.write(encodeExchangeMessage(message))
  }

  /** Writes nothing more; what was written still arrives. */
  end(): void {
    if (this.#isOver) return
    this.#stream.end()
    this.#close()
  }

  break(): void {
    this.#stream.destroy()
    this.#close()
  }

  /** How what is written here is treated from now on. */
  treat(trafficClass: TrafficClass): void {
    if (this.#stream instanceof SessionStream) this.#stream.treat(trafficClass)
  }

  /** While the program does not read, the stream fills up, and the other side waits. */
  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  #close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#chunks = []
    this.#hold(this, 0)
    this.#events.closed()
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#octets += chunk.length
    while (this.#octets >= this.#wanted && !this.#isOver) {
      const whole = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
      const length = whole.readUInt32BE(0)
      if (length > maxExchangeRecordOctets) return this.break()
      this.#wanted = 4 + length
      this.#chunks = [whole]
      if (whole.length < this.#wanted) {
        if (length > alwaysTaken && !this.#events.takes(length)) this.break()
        return
      }
      const record = whole.subarray(4, this.#wanted)
      this.#chunks = whole.length > this.#wanted ? [whole.subarray(this.#wanted)] : []
      this.#octets -= this.#wanted
      this.#wanted = 4
      if (!this.#read(record)) return this.break()
    }
  }

  #read(record: Uint8Array): boolean {
    try {
      return this.#events.message(decodeExchangeMessage(record))
    } catch (error) {
      if ((error as Error).name === 'DecodeError') return false
      throw error
    }
  }
}

/**
 * Delay of a link as traceroute measures it: a UDP datagram to a port at which nobody listens, and the time until the
 * neighbour's kernel says so (RFC 792, port unreachable). Half of the round trip is the delay.
 * @module
 */
import { createSocket } from 'node:dgram'

/** Traceroute's first port. */
const port = 33_434
/** Milliseconds after which an answer is not waited for any more. */
const patience = 1000
/** Round trips kept: the window of least, most and median. */
const kept = 12
/** So many probes lost in a row, and what was measured before is of a neighbour that is gone. */
const maxLost = 5

export interface Delay {
  /** Microseconds one way. */
  readonly typical: number
  readonly least: number
  readonly most: number
  readonly variation: number
}

export class DelayProbe {
  readonly #address: string
  readonly #measure: (address: string) => Promise<number | undefined>
  readonly #delays: number[] = []
  /** In a row. */
  #lost = 0

  /** `measure`: milliseconds of one round trip, undefined when it was given up. */
  constructor(address: string, measure = answered) {
    this.#address = address
    this.#measure = measure
  }

  /** Of the last answers; undefined while there was none, and when there is none any more. */
  get delay(): Delay | undefined {
    const sorted = [...this.#delays].sort((one, other) => one - other)
    const [least] = sorted
    if (least === undefined) return undefined
    const differences = this.#delays.slice(1).map((delay, at) => Math.abs(delay - this.#delays[at]!))
    const variation = differences.reduce((sum, one) => sum + one, 0) / Math.max(1, differences.length)
    const round = (value: number): number => Math.min(0xff_ffff, Math.round(value))
    return {
      typical: round(sorted[sorted.length >> 1]!),
      least: round(least),
      most: round(sorted.at(-1)!),
      variation: round(variation),
    }
  }

  /** One datagram; settles when it was answered or given up. A neighbour that does not answer costs nothing but the delay. */
  async measure(): Promise<void> {
    const roundTrip = await this.#measure(this.#address)
    this.#lost = roundTrip === undefined ? this.#lost + 1 : 0
    if (this.#lost >= maxLost) this.#delays.length = 0
    if (roundTrip === undefined) return
    this.#delays.push((roundTrip * 1000) / 2)
    if (this.#delays.length > kept) this.#delays.shift()
  }
}

/** Milliseconds until the port was said to be unreachable. */
function answered(address: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    let sentAt = 0
    const end = (roundTrip?: number): void => {
      clearTimeout(timer)
      socket.close()
      resolve(roundTrip)
    }
    const timer = setTimeout(end, patience)
    // Nothing that ends waits for an answer.
    timer.unref()
    socket.unref()
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' && sentAt > 0 ? performance.now() - sentAt : undefined),
    )
    // Called with an error where there is no route: no `error` event comes then, and the socket is not connected.
    socket.connect(port, address, (error?: Error) => {
      if (error !== undefined) return end()
      sentAt = performance.now()
      socket.send(new Uint8Array(8), () => undefined)
    })
  })
}

/**
 * What is sent next: the most urgent class that has something; in it, whatever is due first; without a deadline,
 * streams in turn. So that a busy class does not stop those below for ever, every sixteenth choice begins from the
 * lowest.
 * @module
 */
import type { DatagramQueue, QueuedDatagram } from './datagram-queue.ts'
import type { Stream } from './stream.ts'
import { trafficClasses } from './traffic-class.ts'

const turnsOfTheLowest = 16
/** Classes as bits: which of them may be sent. */
export type ClassSet = number
export const allClasses: ClassSet = (1 << trafficClasses.length) - 1
const lowest = trafficClasses.length - 1
export const bulkClass: ClassSet = 1 << lowest

export class Outbox {
  readonly #datagrams: DatagramQueue
  /** Streams that may have something to send, of each class that has some: those without are taken out when met. */
  readonly #streams = trafficClasses.map((): Stream[] | undefined => undefined)
  #turn = 0

  constructor(datagrams: DatagramQueue) {
    this.#datagrams = datagrams
  }

  wake(stream: Stream): void {
    if (stream.waitsIn === stream.class) return
    stream.waitsIn = stream.class
    const streams = this.#streams[stream.class]
    if (streams === undefined) this.#streams[stream.class] = [stream]
    else streams.push(stream)
  }

  /** The classes that have something to send. */
  waiting(credit: number, now: number, transit: number): ClassSet {
    let classes = 0
    for (let index = 0; index <= lowest; index++) {
      if (this.#datagrams.first(index, now, transit) !== undefined || this.#due(index, credit) !== undefined) {
        classes |= 1 << index
      }
    }
    return classes
  }

  /** What to put into a packet next, out of `classes`. */
  next(classes: ClassSet, credit: number, now: number, transit: number): Stream | QueuedDatagram | undefined {
    const upwards = this.#turn % turnsOfTheLowest === turnsOfTheLowest - 1
    for (let step = 0; step <= lowest; step++) {
      const index = upwards ? lowest - step : step
      if ((classes & (1 << index)) === 0) continue
      const datagram = this.#datagrams.first(index, now, transit)
      const stream = this.#due(index, credit)
      if (datagram === undefined && stream === undefined) continue
      return stream === undefined || (datagram !== undefined && datagram.deadline <= stream.deadline)
        ? datagram
        : stream
    }
    return undefined
  }

  /** A packet was filled: the next begins another turn. */
  turn(): void {
    this.#turn++
  }

  /** `stream` had its share: others of its class that have no earlier deadline come first now. */
  served(stream: Stream): void {
    const streams = this.#streams[stream.class]
    if (streams === undefined || streams.length < 2) return
    const index = streams.indexOf(stream)
    if (index >= 0) streams.push(...streams.splice(index, 1))
  }

  #due(trafficClass: number, credit: number): Stream | undefined {
    const streams = this.#streams[trafficClass]
    if (streams === undefined) return undefined
    let due: Stream | undefined
    let kept = 0
    for (let index = 0; index < streams.length; index++) {
      const stream = streams[index]!
      if (stream.waitsIn !== trafficClass) continue // its class came after its first octets: it waits in that one
      if (!stream.send.hasWork(credit)) {
        stream.waitsIn = undefined
        continue
      }
      streams[kept++] = stream
      if (due === undefined || stream.deadline < due.deadline) due = stream
    }
    if (kept === 0) this.#streams[trafficClass] = undefined
    else while (streams.length > kept) streams.pop()
    return due
  }
}

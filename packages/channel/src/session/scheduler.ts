/**
 * Chooses what is sent next: the most urgent class with data; in it, the earliest deadline; without deadlines, and after
 * them, streams in turn: what is late already must not make late what is not. Every sixteenth choice starts from the
 * lowest class, so that a busy class does not block those below for ever.
 * @module
 */
import type { Waiting } from '../energy/holding.ts'
import type { ClassSet } from './class-set.ts'
import type { DatagramQueue, QueuedDatagram } from './datagram-queue.ts'
import type { Stream } from './stream.ts'
import { trafficClasses } from './traffic-class.ts'

const turnsOfTheLowest = 16
const lowest = trafficClasses.length - 1

export class Scheduler {
  readonly #datagrams: DatagramQueue
  /** Streams of each class that may have data to send. Streams without data are removed when they are reached. */
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

  /** The classes with data to send. */
  waiting(credit: number, now: number, transit: number): ClassSet {
    let classes = 0
    for (let index = 0; index <= lowest; index++) {
      if (this.#datagrams.first(index, now, transit) !== undefined || this.#due(index, credit, now) !== undefined) {
        classes |= 1 << index
      }
    }
    return classes
  }

  /** What waits in `classes`, after `waiting`, which has dropped what is late. */
  amountOf(classes: ClassSet): Waiting {
    let [deadline, octets, datagrams] = [Infinity, 0, 0]
    for (let index = 0; index <= lowest; index++) {
      if ((classes & (1 << index)) === 0) continue
      const queued = this.#datagrams.of(index)
      datagrams += queued.length
      deadline = Math.min(deadline, queued[0]?.deadline ?? Infinity)
      for (const { octets: content } of queued) octets += content.length
      for (const stream of this.#streams[index] ?? []) {
        deadline = Math.min(deadline, stream.deadline)
        octets += stream.send.written - stream.send.sentTo
      }
    }
    return { deadline, octets, datagrams }
  }

  /** What to put into a packet next, from `classes`. */
  next(classes: ClassSet, credit: number, now: number, transit: number): Stream | QueuedDatagram | undefined {
    const upwards = this.#turn % turnsOfTheLowest === turnsOfTheLowest - 1
    for (let step = 0; step <= lowest; step++) {
      const index = upwards ? lowest - step : step
      if ((classes & (1 << index)) === 0) continue
      const datagram = this.#datagrams.first(index, now, transit)
      const stream = this.#due(index, credit, now)
      if (datagram === undefined && stream === undefined) continue
      return stream === undefined || (datagram !== undefined && datagram.deadline <= dueAt(stream, now))
        ? datagram
        : stream
    }
    return undefined
  }

  /** A packet was filled: the next one starts a new turn. */
  turn(): void {
    this.#turn++
  }

  /** `stream` had its share: others of its class without an earlier deadline come first now. */
  served(stream: Stream): void {
    const streams = this.#streams[stream.class]
    if (streams === undefined || streams.length < 2) return
    const index = streams.indexOf(stream)
    if (index >= 0) streams.push(...streams.splice(index, 1))
  }

  #due(trafficClass: number, credit: number, now: number): Stream | undefined {
    const streams = this.#streams[trafficClass]
    if (streams === undefined) return undefined
    let due: Stream | undefined
    let kept = 0
    for (let index = 0; index < streams.length; index++) {
      const stream = streams[index]!
      if (stream.waitsIn !== trafficClass) continue // its class changed after it was queued: it waits there
      if (!stream.send.hasWork(credit)) {
        stream.waitsIn = undefined
        continue
      }
      streams[kept++] = stream
      if (due === undefined || dueAt(stream, now) < dueAt(due, now)) due = stream
    }
    if (kept === 0) this.#streams[trafficClass] = undefined
    else while (streams.length > kept) streams.pop()
    return due
  }
}

const dueAt = ({ deadline }: Stream, now: number): number => (deadline < now ? Infinity : deadline)

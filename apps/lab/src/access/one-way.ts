/**
 * One direction of an emulated access link: a bounded queue in front of its capacity, then the air with its loss and
 * delay. Packets arrive in the order in which they were sent. Time is `now`, in milliseconds since 1970 with fractions,
 * and must not go back.
 * @module
 */
import { createRandom, type Random } from '../random.ts'
import { type Capacity, createDepartures, type Departures } from './capacity.ts'
import { createDelay, type Delay } from './delay.ts'
import { createLoss, type Loss } from './loss.ts'
import { isOut, type Outages } from './outage.ts'

export interface OneWayProfile {
  readonly capacity: Capacity
  readonly delay: Delay
  readonly loss: Loss
  /** Octets that may wait to be sent; a packet that finds them full is dropped. */
  readonly queue: number
  readonly outages?: Outages
}

/**
 * The fate of an offered packet: arrived or on its way, lost on the air, no room in the queue, or the link carries nothing,
 * which also befalls packets on their way.
 */
export type Fate = 'carried' | 'lost' | 'full' | 'out'

interface Carried<Packet> {
  readonly packet: Packet
  readonly arrivesAt: number
}

export class OneWay<Packet> {
  readonly fates: Record<Fate, number> = { carried: 0, lost: 0, full: 0, out: 0 }
  /** `dead`: carries nothing, and gives no sign of it, as when the other side is gone. */
  state: 'alive' | 'dead' = 'alive'
  readonly #profile: OneWayProfile
  readonly #departureOf: Departures
  readonly #delayOf: (leavesAt: number) => number
  readonly #isLost: () => boolean
  readonly #underWay = new Fifo<Carried<Packet>>()
  /** Waiting packets: times of departure and octets. */
  readonly #waiting = new Fifo<{ readonly leavesAt: number; readonly octets: number }>()
  #waitingOctets = 0
  #lastArrival = -Infinity

  constructor(profile: OneWayProfile, random: Random, startedAt: number) {
    this.#profile = profile
    this.#departureOf = createDepartures(profile.capacity, startedAt)
    this.#delayOf = createDelay(profile.delay, createRandom(random())) // its own: losses follow from packets, not from time
    this.#isLost = createLoss(profile.loss, random)
  }

  /** Takes a packet of `octets`; it is kept when it is carried. */
  offer(packet: Packet, octets: number, now: number): Fate {
    const fate = this.#fateOf(octets, now)
    this.fates[fate]++
    if (fate !== 'carried' && fate !== 'lost') return fate
    // A packet that is lost on the air took its time to be sent all the same.
    const leavesAt = this.#departureOf(octets, now)
    this.#waiting.push({ leavesAt, octets })
    this.#waitingOctets += octets
    if (fate === 'carried') {
      this.#lastArrival = Math.max(this.#lastArrival, leavesAt + this.#delayOf(leavesAt))
      this.#underWay.push({ packet, arrivesAt: this.#lastArrival })
    }
    return fate
  }

  /** The next packet that has arrived by `now`; undefined when there is none. */
  take(now: number): Packet | undefined {
    const first = this.#underWay.first
    if (first === undefined || first.arrivesAt > now) return undefined
    this.#underWay.shift()
    return first.packet
  }

  /** When the next packet arrives; `undefined` when none is in flight. */
  get nextArrival(): number | undefined {
    return this.#underWay.first?.arrivesAt
  }

  /** A packet that was taken did not arrive: the interface where it does is down. */
  fail(): void {
    this.#countOut(1)
  }

  /** Drops all packets in flight. */
  clear(): void {
    this.#countOut(this.#underWay.size)
    this.#underWay.clear()
    this.#waiting.clear()
    this.#waitingOctets = 0
  }

  /** That many carried packets did not arrive. */
  #countOut(packets: number): void {
    this.fates.carried -= packets
    this.fates.out += packets
  }

  #fateOf(octets: number, now: number): Fate {
    const { outages, queue } = this.#profile
    if (this.state === 'dead' || (outages !== undefined && isOut(outages, now))) return 'out'
    for (let next = this.#waiting.first; next !== undefined && next.leavesAt <= now; next = this.#waiting.first) {
      this.#waitingOctets -= next.octets
      this.#waiting.shift()
    }
    if (this.#waitingOctets + octets > queue && this.#waitingOctets > 0) return 'full'
    return this.#isLost() ? 'lost' : 'carried'
  }
}

/** A queue that does not move its elements at each shift. */
class Fifo<Element> {
  #elements: (Element | undefined)[] = []
  #head = 0

  get size(): number {
    return this.#elements.length - this.#head
  }

  get first(): Element | undefined {
    return this.#elements[this.#head]
  }

  push(element: Element): void {
    this.#elements.push(element)
  }

  shift(): void {
    this.#elements[this.#head++] = undefined
    if (this.#head < 1024 || this.#head * 2 < this.#elements.length) return
    this.#elements = this.#elements.slice(this.#head)
    this.#head = 0
  }

  clear(): void {
    this.#elements = []
    this.#head = 0
  }
}

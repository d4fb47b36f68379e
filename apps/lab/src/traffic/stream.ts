/**
 * The traffic of one application from one site to another in one family: flows of heavy-tailed size that share a rate.
 *
 * A credit grows with the rate; as long as it is positive, a packet leaves and is paid with its octets on the wire. So
 * the octets follow the rate to within a packet at any time, whatever the sizes of the flows are. Which flow sends the
 * packet is drawn by the flows' weights; a flow that has sent its octets ends, and a new one takes its place.
 * @module
 */
import type { Flow, FlowSink } from './flow.ts'
import { drawFlowSize } from './flow-size.ts'
import { closingOctets, openingOctets, packetOctets } from './packet.ts'
import { normal, type Random } from '../random.ts'

/** More flows at a time would not change what a collector sees, and each costs a socket. */
const maxFlows = 24

/** A flow without its number and size. */
type FlowDraft = Omit<Flow, 'id' | 'octets' | 'start'>

interface Slot {
  flow: Flow | undefined
  left: number
  weight: number
}

export interface StreamConfig {
  readonly random: Random
  readonly draft: (random: Random) => FlowDraft
  /** The number of the next flow. */
  readonly nextId: () => number
}

export class Stream {
  readonly #config: StreamConfig
  readonly #slots: Slot[] = []
  #weights = 0
  #wanted = 0
  #octetsPerTick = 0
  /** Octets that may leave. Starts within a packet below 0, so that not all streams begin at once. */
  #credit: number

  constructor(config: StreamConfig) {
    this.#config = config
    this.#credit = -1200 * config.random()
  }

  /** From now on, `octets` on the wire in a tick, shared by about `flows` flows. */
  setRate(octets: number, flows: number): void {
    this.#octetsPerTick = octets
    this.#wanted = Math.max(1, Math.min(maxFlows, Math.round(flows)))
    while (this.#slots.length < this.#wanted) this.#addSlot()
  }

  /** One tick. `now` is in milliseconds since the traffic began. */
  advance(now: number, out: FlowSink): void {
    this.#credit += this.#octetsPerTick
    while (this.#credit > 0) this.#sendOne(now, out)
  }

  #sendOne(now: number, out: FlowSink): void {
    const slot = this.#drawSlot()
    const flow = (slot.flow ??= this.#open(slot, now, out))
    const { application, version } = flow
    const { least, most } = application.payload
    const payload = Math.min(slot.left, least + Math.trunc(this.#config.random() * (most - least + 1)))
    out.send(flow, payload)
    this.#credit -= packetOctets(version, application.protocol, payload)
    slot.left -= payload
    if (slot.left === 0) this.#close(slot, flow, out)
  }

  #open(slot: Slot, now: number, out: FlowSink): Flow {
    const { random, draft, nextId } = this.#config
    const drafted = draft(random)
    const flow = { id: nextId(), start: now, ...drafted, octets: drawFlowSize(drafted.application.size, random) }
    slot.left = flow.octets
    if (flow.application.protocol === 'tcp') this.#credit -= openingOctets(flow.version)
    out.open(flow)
    return flow
  }

  #close(slot: Slot, flow: Flow, out: FlowSink): void {
    if (flow.application.protocol === 'tcp') this.#credit -= closingOctets(flow.version)
    out.close(flow)
    slot.flow = undefined
    this.#weights -= slot.weight
    this.#slots.splice(this.#slots.indexOf(slot), 1)
    while (this.#slots.length < this.#wanted) this.#addSlot()
  }

  #addSlot(): void {
    const weight = Math.exp(normal(this.#config.random) * 0.8)
    this.#slots.push({ flow: undefined, left: 0, weight })
    this.#weights += weight
  }

  #drawSlot(): Slot {
    let draw = this.#config.random() * this.#weights
    for (const slot of this.#slots) {
      draw -= slot.weight
      if (draw < 0) return slot
    }
    return this.#slots.at(-1)! // the sum of the weights may be off by rounding
  }
}

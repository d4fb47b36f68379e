/**
 * Which interface of the router tells of a flow. Packets that come in by one metered interface and leave by another are
 * exported at both; without the sites of the domain, which the controller decides by, the first that told of a flow goes
 * on to, until it has been silent about it for so long that the flow goes another way now. Pure.
 * @module
 */
import type { FlowBlock } from '@vagus/flow'

/** Flows remembered, some 5 MB. Beyond, the one told of longest ago is forgotten, and might count twice once. */
const maxFlows = 65_536
const exit = 1
const twoTo32 = 2 ** 32

interface Observer {
  /** Exporter and interface. */
  readonly place: number
  /** Milliseconds since 1970. */
  readonly toldAt: number
}

export class Observers {
  /** By hash of the five-tuple; those told of longest ago first. */
  readonly #byFlow = new Map<number, Observer>()

  /**
   * Whether the row counts. `flow`: hash of its five-tuple; `silence`: milliseconds after which another interface may
   * tell of the flow.
   */
  counts(block: FlowBlock, row: number, flow: number, now: number, silence: number): boolean {
    const place = placeOf(block, row)
    const known = this.#byFlow.get(flow)
    if (known !== undefined && known.place !== place && Math.abs(now - known.toldAt) <= silence) return false
    this.#byFlow.delete(flow)
    this.#byFlow.set(flow, { place, toldAt: now })
    if (this.#byFlow.size > maxFlows) this.#byFlow.delete(this.#byFlow.keys().next().value!)
    return true
  }
}

/** Where the record was made: where the packets came in, unless the exporter says that it was where they left. */
function placeOf(block: FlowBlock, row: number): number {
  const ifIndex = block.direction[row] === exit ? block.outIf[row]! : block.inIf[row]!
  return block.exporter[row]! * twoTo32 + ifIndex
}

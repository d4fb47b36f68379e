/**
 * The memory of the blocks that vector decoders write. It holds the usual maximum of blocks in use. Further blocks get
 * separate memory, and JavaScript decoders write them.
 * @module
 */
import { createFlowBlock, type FlowBlock, flowBlockAt, octetsPerRow, rowsPerBlock } from '../columns.ts'

const pageOctets = 65_536
const blockOctets = rowsPerBlock * octetsPerRow

export class BlockMemory {
  readonly memory: WebAssembly.Memory
  readonly #buffer: ArrayBuffer
  readonly #blocks: number
  readonly #places = new WeakMap<FlowBlock, number>()
  #last: { readonly block: FlowBlock; readonly place: number | undefined } | undefined
  #used = 0

  /** Reserves room for `blocks` blocks. Unused room takes no physical memory. */
  constructor(blocks: number) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((blocks * blockOctets) / pageOctets) })
    this.#buffer = this.memory.buffer as ArrayBuffer // sound: the memory is not shared
    this.#blocks = blocks
  }

  createBlock(): FlowBlock {
    if (this.#used === this.#blocks) return createFlowBlock()
    const place = this.#used++ * blockOctets
    const block = flowBlockAt(this.#buffer, place, rowsPerBlock, this.memory)
    this.#places.set(block, place)
    return block
  }

  /** The offset of a block in this memory; undefined if it is elsewhere. */
  placeOf(block: FlowBlock): number | undefined {
    // Cached, as many consecutive sets go into one block.
    if (this.#last?.block !== block) this.#last = { block, place: this.#places.get(block) }
    return this.#last.place
  }
}

/**
 * The memory of the blocks that decoders of vector instructions write. It has room for as many as are under way at
 * most; who needs more gets blocks in memory of their own, which decoders of JavaScript write.
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

  /** With room for so many blocks; what is not used takes no memory of the machine. */
  constructor(blocks: number) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((blocks * blockOctets) / pageOctets) })
    this.#buffer = this.memory.buffer as ArrayBuffer // sound: it is not shared
    this.#blocks = blocks
  }

  createBlock(): FlowBlock {
    if (this.#used === this.#blocks) return createFlowBlock()
    const place = this.#used++ * blockOctets
    const block = flowBlockAt(this.#buffer, place, rowsPerBlock, this.memory)
    this.#places.set(block, place)
    return block
  }

  /** Where the columns of a block begin, when it stands in this memory. */
  placeOf(block: FlowBlock): number | undefined {
    // Many sets in a row go into one block.
    if (this.#last?.block !== block) this.#last = { block, place: this.#places.get(block) }
    return this.#last.place
  }
}

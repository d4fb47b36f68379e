/** The block being filled. Full or flushed blocks go to `onBlock`; recycled blocks are filled again. @module */
import { type FlowBlock, rowsPerBlock } from './columns.ts'

/**
 * Blocks kept for reuse, 17 MiB in all: the maximum that waits in a controller for its live window, plus some in
 * transit. Freeing and allocating memory under load costs page faults and full garbage collections.
 */
export const maxSpare = 80

export class BlockFiller {
  readonly #onBlock: (block: FlowBlock) => void
  readonly #spare: FlowBlock[] = []
  readonly #create: () => FlowBlock
  #block: FlowBlock
  #rowsOut = 0

  constructor(onBlock: (block: FlowBlock) => void, create: () => FlowBlock) {
    this.#onBlock = onBlock
    this.#create = create
    this.#block = create()
  }

  /** The block to write into, with room for `rows` rows (1 or 2). */
  roomFor(rows: number): FlowBlock {
    if (this.#block.length + rows > rowsPerBlock) this.flush()
    return this.#block
  }

  /** Rows passed to `onBlock` so far, plus those in the current block. */
  get rows(): number {
    return this.#rowsOut + this.#block.length
  }

  flush(): void {
    const block = this.#block
    if (block.length === 0) return
    this.#rowsOut += block.length
    this.#block = this.#spare.pop() ?? this.#create()
    this.#onBlock(block)
  }

  recycle(block: FlowBlock): void {
    if (block.capacity !== rowsPerBlock || block === this.#block || this.#spare.includes(block)) return
    if (this.#spare.length >= maxSpare) return
    block.length = 0
    // Decoders write all other columns of every row.
    for (const column of [block.srcSite, block.dstSite, block.application, block.ingressEdge, block.egressEdge]) {
      column.fill(0)
    }
    block.counted.fill(0)
    this.#spare.push(block)
  }
}

/**
 * The block that is being filled. Full or flushed blocks go to the taker; blocks given back are filled again. @module
 */
import { type FlowBlock, rowsPerBlock } from './columns.ts'

/**
 * Blocks kept for use again, 17 MiB of them: as many as wait in a controller at most for its live window, and some on
 * their way. Memory that is given up and asked for again under load costs faults, and collections of all garbage.
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

  /** The block to write into: it has room for `rows` rows, one or two. */
  roomFor(rows: number): FlowBlock {
    if (this.#block.length + rows > rowsPerBlock) this.flush()
    return this.#block
  }

  /** Rows handed out and waiting. */
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
    // Decoders write every other column of every row.
    for (const column of [block.srcSite, block.dstSite, block.application, block.ingressEdge, block.egressEdge]) {
      column.fill(0)
    }
    block.counted.fill(0)
    this.#spare.push(block)
  }
}

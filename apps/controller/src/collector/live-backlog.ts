/**
 * Blocks that wait for the live window. Receiving and writing the log come first: the window takes a block in only when
 * no datagram waits. What comes while the backlog is full is left out of live figures and counted; it is in the store
 * all the same.
 * @module
 */
import type { FlowBlock } from '@vagus/flow'

/** 131,072 records, 14 MiB: two socket buffers full of datagrams, which the window takes in within 50 ms. */
export const maxLiveBacklog = 64

export class LiveBacklog {
  readonly #add: (block: FlowBlock) => void
  readonly #recycle: (block: FlowBlock) => void
  readonly #blocks: FlowBlock[] = []
  #leftOut = 0

  /** `add` takes a block in; `recycle` gets each block when it is done with. */
  constructor(add: (block: FlowBlock) => void, recycle: (block: FlowBlock) => void) {
    this.#add = add
    this.#recycle = recycle
  }

  /** Records left out since the start. */
  get leftOut(): number {
    return this.#leftOut
  }

  push(block: FlowBlock): void {
    if (this.#blocks.length < maxLiveBacklog) {
      this.#blocks.push(block)
      return
    }
    this.#leftOut += block.length
    this.#recycle(block)
  }

  /** Takes in the oldest block (measured: up to 6 ms on a busy machine). Returns whether there was one. */
  step(): 'done' | 'empty' {
    const block = this.#blocks.shift()
    if (block === undefined) return 'empty'
    this.#add(block)
    this.#recycle(block)
    return 'done'
  }

  /** Drops all blocks uncounted: their window is gone. */
  clear(): void {
    for (const block of this.#blocks.splice(0)) this.#recycle(block)
  }
}

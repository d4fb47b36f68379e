/** The headers of what this controller says: an agent believes nothing that is older than what it knows. @module */
import type { Header } from '@vagus/grasp/objectives'

export class Headers {
  readonly #node: string
  readonly #epoch: number
  #sequence = 0

  /** @param epoch of this start, above those of earlier ones */
  constructor(node: string, epoch: number) {
    this.#node = node
    this.#epoch = epoch
  }

  next(): Header {
    return { node: this.#node, epoch: this.#epoch, sequence: this.#sequence++ }
  }
}

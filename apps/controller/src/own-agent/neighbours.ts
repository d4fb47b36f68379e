/** Which members of the domain are connected, and since when. @module */
import type { Substrate } from '@vagus/asa'

export class Neighbours {
  /** To be used in the place of the one that it was made of. */
  readonly substrate: Substrate
  /** By id, milliseconds since 1970. */
  readonly #since = new Map<string, number>()
  #count = 0

  constructor(substrate: Substrate) {
    this.substrate = {
      ...substrate,
      join: (listener) =>
        substrate.join({
          ...listener,
          onNeighbour: (member) => {
            this.#since.set(member.name, Date.now())
            this.#count++
            listener.onNeighbour(member)
          },
          onNeighbourGone: (name) => {
            this.#since.delete(name)
            listener.onNeighbourGone(name)
          },
        }),
    }
  }

  /** How many came so far, again those that were there before. */
  get count(): number {
    return this.#count
  }

  /** Undefined while it is not connected. */
  since(id: string): number | undefined {
    return this.#since.get(id)
  }
}

/** Which members of the domain are connected, and since when. @module */
import type { Substrate } from '@vagus/asa'

export class Neighbours {
  /** To be used in the place of the one that it was made of. */
  readonly substrate: Substrate
  /** By id, milliseconds since 1970. */
  readonly #since = new Map<string, number>()

  constructor(substrate: Substrate) {
    this.substrate = {
      ...substrate,
      join: (listener) =>
        substrate.join({
          ...listener,
          onNeighbour: (member) => {
            this.#since.set(member.name, Date.now())
            listener.onNeighbour(member)
          },
          onNeighbourGone: (name) => {
            this.#since.delete(name)
            listener.onNeighbourGone(name)
          },
        }),
    }
  }

  /** Undefined while it is not connected. */
  since(id: string): number | undefined {
    return this.#since.get(id)
  }
}

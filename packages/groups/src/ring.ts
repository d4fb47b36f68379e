/**
 * Who talks to whom in a group: the members in the order of their ids, as a ring. Every host computes it from the
 * roster; nobody is asked, and nobody leads.
 *
 * Up to 9 members, a sender tells all others itself. Above, messages go along a binomial tree from their sender: the
 * member at distance d gets them from the one at d without its lowest set bit. So each member gets one copy, a sender
 * sends at most log2 n, and the last has it after as many hops. Neighbours are at the distances 1, 2, 4, …: the edges of
 * all these trees. Where one is down, the next on the ring takes its place, so that those who reach each other stay joined.
 * @module
 */
import type { AgentId } from '@vagus/identity'

/** Up to here, everybody is everybody's neighbour. */
const meshUpTo = 9
/** A sender that does not read is no part of the ring; it stays with as many of it. */
const outsideNeighbours = 3

export class Ring {
  /** In the order of the ring. */
  readonly members: readonly AgentId[]
  readonly #places: ReadonlyMap<AgentId, number>

  constructor(members: Iterable<AgentId>) {
    this.members = [...new Set(members)].sort()
    this.#places = new Map(this.members.map((member, at) => [member, at]))
  }

  /** To whom `me` passes messages of `sender` as soon as it has them. */
  children(sender: AgentId, me: AgentId): readonly AgentId[] {
    const { length } = this.members
    if (length <= meshUpTo) return me === sender ? this.members.filter((member) => member !== me) : []
    const root = this.#places.get(sender) ?? this.#after(sender)
    const here = this.#places.get(me)
    if (here === undefined) return me === sender ? [this.members[root]!] : []
    const distance = (here - root + length) % length
    const children: AgentId[] = []
    for (let step = 1; distance + step < length && (distance & step) === 0; step *= 2)
      children.push(this.members[(here + step) % length]!)
    return children
  }

  /** With whom `me` stays in touch. @param isDown whom it does not reach now: these are still tried */
  neighbours(me: AgentId, isDown: (member: AgentId) => boolean): ReadonlySet<AgentId> {
    const { length } = this.members
    if (length <= meshUpTo) return new Set(this.members.filter((member) => member !== me))
    const found = new Set<AgentId>()
    const here = this.#places.get(me)
    const from = here ?? this.#after(me)
    const distances: number[] = []
    if (here === undefined) for (let at = 0; at < outsideNeighbours; at++) distances.push(at)
    else for (let step = 1; step < length; step *= 2) distances.push(step, length - step)
    for (const distance of distances) {
      for (let further = 0; further < length; further++) {
        const member = this.members[(from + distance + further) % length]!
        if (member === me) continue
        found.add(member)
        if (!isDown(member)) break
      }
    }
    return found
  }

  /** Where `id` would stand. */
  #after(id: AgentId): number {
    const at = this.members.findIndex((member) => member > id)
    return at === -1 ? 0 : at
  }
}

/**
 * The secure substrate under GRASP (RFC 8990 §2.5.1, RFC 8994 §6.9.2): members that have proven who they are. Whoever
 * implements it answers for that, for integrity, and for removing members.
 * @module
 */
import type { Duplex } from 'node:stream'

/** What a stream is for: all multicasts to one neighbour share one; a session has its own. */
export type StreamPurpose = 'multicast' | 'unicast'

export interface Member {
  /** Its proven name; what it is reached by. */
  readonly name: string
  /** 16 octets, its own for as long as it is a member: tells nodes apart in messages. */
  readonly address: Uint8Array
}

export interface SubstrateListener {
  /** `neighbour` is connected to us, and gets a copy of each multicast. */
  readonly onNeighbour: (neighbour: Member) => void
  readonly onNeighbourGone: (name: string) => void
  /** `from` opened a stream. */
  readonly onStream: (stream: Duplex, from: Member, purpose: StreamPurpose) => void
}

export interface Substrate {
  readonly self: Member
  /** What happens from now on, neighbours that are there already first. */
  join(listener: SubstrateListener): void
  /** Opens a stream to a neighbour, or to any other member by its name. Rejects when it cannot be reached. */
  open(name: string, purpose: StreamPurpose): Promise<Duplex>
  leave(): Promise<void>
}

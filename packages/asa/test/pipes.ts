/** A substrate inside one process: members joined by pairs of streams, which arrive in pieces. @module */
import { Duplex, duplexPair } from 'node:stream'
import type { Member, StreamPurpose, Substrate, SubstrateListener } from '../src/index.ts'

interface Party {
  readonly member: Member
  readonly neighbours: ReadonlySet<string>
  listener: SubstrateListener | undefined
}

export class Pipes {
  readonly #parties = new Map<string, Party>()
  /** Streams opened for multicasts, `from to`. */
  readonly multicastStreams: string[] = []

  add(name: string, neighbours: readonly string[]): Substrate {
    const octet = this.#parties.size + 1
    const member = { name, address: new Uint8Array([0xfd, ...Array.from({ length: 14 }, () => 0), octet]) }
    const party: Party = { member, neighbours: new Set(neighbours), listener: undefined }
    this.#parties.set(name, party)
    return {
      self: member,
      join: (listener) => this.#join(party, listener),
      open: (to, purpose) => this.#open(party, to, purpose),
      leave: () => this.remove(name),
    }
  }

  async remove(name: string): Promise<void> {
    const party = this.#parties.get(name)
    this.#parties.delete(name)
    for (const other of this.#parties.values())
      if (party?.neighbours.has(other.member.name)) other.listener?.onNeighbourGone(name)
  }

  #join(party: Party, listener: SubstrateListener): void {
    party.listener = listener
    for (const name of party.neighbours) {
      const other = this.#parties.get(name)
      if (other?.listener === undefined) continue
      other.listener.onNeighbour(party.member)
      listener.onNeighbour(other.member)
    }
  }

  async #open({ member }: Party, to: string, purpose: StreamPurpose): Promise<Duplex> {
    const listener = this.#parties.get(to)?.listener
    if (listener === undefined) throw new Error(`"${to}" is no member`)
    if (purpose === 'multicast') this.multicastStreams.push(`${member.name} ${to}`)
    const [near, far] = duplexPair()
    listener.onStream(far, member, purpose)
    return near
  }
}

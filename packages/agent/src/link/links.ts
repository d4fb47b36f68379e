/** The links of an agent: one per peer, and which of two stays. @module */
import { idKeyOf, isIdKeyOf } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { TurnoverMap } from '@vagus/wire'
import { clock } from './clock.ts'
import { closeCode } from './close-code.ts'
import { withGap } from '../gaps.ts'
import type { Link } from './link.ts'

/** Milliseconds within which two sessions, one opened by each side, count as opened at the same time. */
const together = 3000

/** Offset of the connection id in a packet. */
const idAt = 1

export class Links {
  readonly #own: AgentId
  readonly #byPeer = new TurnoverMap<AgentId, Link>()
  readonly #byId = new TurnoverMap<string, Link>()
  /** The connection id of the last packet, and its link. */
  #lastId: string | undefined
  #last: Link | undefined
  readonly #maxIncoming: number
  /** Number of links in `#byPeer` opened by others. */
  #incoming = 0

  /** @param maxIncoming maximum links opened by others */
  constructor(own: AgentId, maxIncoming: number) {
    this.#own = own
    this.#maxIncoming = maxIncoming
  }

  get(peer: AgentId): Link | undefined {
    return this.#byPeer.get(peer)
  }

  *[Symbol.iterator](): Iterator<Link> {
    yield* this.#byPeer.values()
  }

  /** Every link, including those whose peer is not identified yet. */
  all(): Iterable<Link> {
    return new Set(this.#byId.values())
  }

  /** @param id a connection id by `idKeyOf` */
  listen(id: string, link: Link): void {
    this.#forgetLast()
    this.#byId.set(id, link)
  }

  unlisten(id: string): void {
    this.#forgetLast()
    this.#byId.delete(id)
  }

  /** What it led to may be over, and is not kept. */
  #forgetLast(): void {
    this.#lastId = undefined
    this.#last = undefined
  }

  /** The link of a session's packet. */
  find(packet: Uint8Array): Link | undefined {
    // Mostly it is the same link as before, and building a table key costs more than a comparison.
    if (this.#lastId !== undefined && isIdKeyOf(this.#lastId, packet, idAt)) return this.#last
    const id = idKeyOf(packet, idAt)
    const link = this.#byId.get(id)
    if (link !== undefined) [this.#lastId, this.#last] = [id, link]
    return link
  }

  /**
   * Takes a link whose peer is identified. The newer link stays, because a peer that opens another session has lost the
   * one before. Of two that crossed, both sides keep the one opened by the agent with the lesser id.
   */
  add(link: Link): 'kept' | 'dropped' {
    const peer = link.peer.identity.id
    const present = this.#byPeer.get(peer)
    if (present === undefined || !present.isUp) {
      this.#put(peer, link)
      return 'kept'
    }
    const crossed = present.role !== link.role && link.since - present.since < together && !present.isSilent
    const lesserIsOwn = this.#own < peer
    const wanted = lesserIsOwn ? 'initiator' : 'responder'
    if (crossed && present.role === wanted) {
      link.shut(closeCode.replaced, 'another session with this peer was opened first')
      return 'dropped'
    }
    this.#put(peer, link)
    // For users of the connection it continues, after a gap.
    link.gaps = present.lateSince === undefined ? present.gaps : withGap(present.gaps, clock() - present.lateSince)
    present.shut(closeCode.replaced, 'another session with this peer replaced it')
    return 'kept'
  }

  /** It has ended for programs; its session still sends its close, and releases its connection ids by itself. */
  remove(link: Link): void {
    const peer = link.provenPeer
    if (peer === undefined || this.#byPeer.get(peer) !== link) return
    this.#byPeer.delete(peer)
    if (link.role === 'responder') this.#incoming--
  }

  /** Puts the newest at the end. */
  #put(peer: AgentId, link: Link): void {
    const before = this.#byPeer.get(peer)
    if (before !== undefined) this.remove(before)
    this.#byPeer.set(peer, link)
    if (link.role === 'responder' && ++this.#incoming > this.#maxIncoming) this.#giveOneUp(link)
  }

  /** Identities are free, so without a limit anyone could fill the memory with idle sessions. */
  #giveOneUp(newest: Link): void {
    let oldest: Link | undefined
    for (const link of this.#byPeer.values()) {
      if (link.role === 'initiator' || link === newest) continue
      oldest ??= link
      if (link.streamCount > 0) continue
      oldest = link
      break
    }
    if (oldest === undefined) return
    this.remove(oldest)
    oldest.shut(closeCode.tooMany, 'too many newer sessions were opened')
  }
}

/** The agent is closed. Fulfilled when their other sides know. */
export async function shutAll(links: readonly Link[]): Promise<void> {
  for (const link of links) link.shut(0, 'the agent was closed')
  await Promise.all(links.map(({ closed }) => closed))
}

/** The links of an agent: one for each peer, and which of two stays. @module */
import { connectionIdOctets } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { clock } from './clock.ts'
import { withGap } from '../gaps.ts'
import { idKeyOf } from '../handshake/id-key.ts'
import type { Link } from './link.ts'

/** Milliseconds within which two sessions, one begun by each side, were begun at the same time. */
const together = 3000
/** What the other side is told when another session takes the place of this one. */
const replacedCode = 0x102
/** The same when there are too many. */
const tooManyCode = 0x103

/** Where a packet has its connection id. */
const idAt = 1

interface Found {
  readonly id: Uint8Array
  readonly link: Link | undefined
}
const nothingFound: Found = { id: new Uint8Array(0), link: undefined }

export class Links {
  readonly #own: AgentId
  readonly #byPeer = new Map<AgentId, Link>()
  readonly #byId = new Map<string, Link>()
  /** What the last packet was for. */
  #found: Found = nothingFound
  readonly #most: number
  /** Of `#byPeer` those that others began. */
  #incoming = 0

  /** @param most links that others began */
  constructor(own: AgentId, most: number) {
    this.#own = own
    this.#most = most
  }

  get(peer: AgentId): Link | undefined {
    return this.#byPeer.get(peer)
  }

  *[Symbol.iterator](): Iterator<Link> {
    yield* this.#byPeer.values()
  }

  /** Every link, also those that are not proven yet. */
  all(): Iterable<Link> {
    return new Set(this.#byId.values())
  }

  listen(connectionId: Uint8Array, link: Link): void {
    this.#found = nothingFound
    this.#byId.set(idKeyOf(connectionId), link)
  }

  unlisten(connectionId: Uint8Array): void {
    this.#found = nothingFound
    this.#byId.delete(idKeyOf(connectionId))
  }

  /** The link that a packet of a session is for. */
  find(packet: Uint8Array): Link | undefined {
    // Mostly it is the same as before; a key for the table costs more than a look.
    const { id } = this.#found
    let same = 0
    while (same < connectionIdOctets && id[same] === packet[idAt + same]) same++
    if (same === connectionIdOctets) return this.#found.link
    const link = this.#byId.get(idKeyOf(packet, idAt))
    if (link !== undefined) this.#found = { id: packet.slice(idAt, idAt + connectionIdOctets), link }
    return link
  }

  /**
   * Takes a link in whose peer is proven. The newer one stays, for whoever begins another session has lost the one
   * before; but of two that crossed, both sides keep the one that the agent with the lesser id began.
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
      link.shut(replacedCode, 'another session with this peer began first')
      return 'dropped'
    }
    this.#put(peer, link)
    // For whoever uses the connection it goes on, after a gap.
    link.gaps = present.lateSince === undefined ? present.gaps : withGap(present.gaps, clock() - present.lateSince)
    present.shut(replacedCode, 'another session with this peer took its place')
    return 'kept'
  }

  /** It is over for programs; its session still says goodbye, and gives its connection ids back by itself. */
  remove(link: Link): void {
    const peer = link.provenPeer
    if (peer === undefined || this.#byPeer.get(peer) !== link) return
    this.#byPeer.delete(peer)
    if (link.role === 'responder') this.#incoming--
  }

  /** The newest at the end. */
  #put(peer: AgentId, link: Link): void {
    const before = this.#byPeer.get(peer)
    if (before !== undefined) this.remove(before)
    this.#byPeer.set(peer, link)
    if (link.role === 'responder' && ++this.#incoming > this.#most) this.#giveOneUp(link)
  }

  /** Identities cost nothing, so whoever may come could fill the memory with sessions that say nothing. */
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
    oldest.shut(tooManyCode, 'too many others came after it')
  }
}

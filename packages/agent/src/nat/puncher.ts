/**
 * Looks for a direct path beside one through a relay: gathers where this end is seen, exchanges that with the other end
 * over the session itself, and runs the attempt. The end that began opens the path. The relayed path stays; it costs
 * more, so data leaves it by itself, and comes back when the direct one falls silent.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { idKeyOf } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import {
  decodeOffer,
  encodeOffer,
  idOctets,
  keyOctets,
  natNotice,
  type Offer,
  ProbeBudget,
  type PunchState,
  toldAddresses,
} from '@vagus/nat'
import { DecodeError } from '@vagus/wire'
import { type HostRoute, randomOctets, type RouteReceiver } from '@vagus/transport'
import { clock } from '../link/clock.ts'
import type { Link } from '../link/link.ts'
import type { PathSeeker } from '../link/link-paths.ts'
import { Attempt } from './attempt.ts'
import { type Gathered, Gathering, type NatObserver } from './gathering.ts'
import { Observer } from './observer.ts'
import { OfferPace } from './offer-pace.ts'
import type { Traversal } from './traversal.ts'

/** Milliseconds for the other end to answer an offer: it asks observers, too. */
const replyPatience = 8000
/**
 * Attempts at once that this agent began, and as many that others did; of one peer one. Further offers get no answer, and own
 * attempts wait for the next occasion.
 */
const maxAttempts = 16
/** Milliseconds from one attempt to the next, when a direct path has ended; without one, `Widening` decides. */
const againAfter = 10_000
/** Milliseconds for addresses of the document, which are tried first. */
const directPatience = 200

export interface PuncherHost {
  readonly id: AgentId
  readonly receiver: RouteReceiver
  /**
   * The agents that tell where they see us, for an attempt with the peer of `link`: the relays of this agent, and those
   * between the two. Others are the choice of other peers.
   */
  observers(link: Link): readonly NatObserver[]
  /** An address of this host of each family from which new paths start. */
  hosts(): readonly string[]
  /** Whether addresses of the other end are known, which are tried anyway. */
  isTriedDirectly(link: Link): boolean
}

/** Whether it has a way through a relay, and none over UDP that answers. */
function isStuckAtRelay(link: Pick<Link, 'isUp' | 'paths'>): boolean {
  const paths = link.isUp ? link.paths() : []
  const isDirect = paths.some(({ kind, state }) => kind === 'udp' && state === 'alive')
  return !isDirect && paths.some(({ kind }) => kind === 'relay')
}

interface Pending {
  readonly link: Link
  readonly answered: (offer: Offer | undefined | 'dropped') => void
}

export class Puncher {
  readonly #host: PuncherHost
  readonly #observer = new Observer()
  readonly #gathering: Gathering
  readonly #budget = new ProbeBudget(clock())
  readonly #pace = new OfferPace()
  /** Links for which an attempt is made, from gathering on: of this end, and of the other. */
  readonly #busy = new Set<Link>()
  readonly #answering = new Set<Link>()
  /** Offers of ours without an answer. */
  readonly #pending = new Map<number, Pending>()
  /** By the id of this end. */
  readonly #attempts = new Map<string, Attempt>()
  readonly #begunAt = new WeakMap<Link, number>()
  /** Those for which `#lookAgain` waits. */
  readonly #again = new WeakSet<Link>()
  #isClosed = false

  constructor(host: PuncherHost) {
    this.#host = host
    this.#gathering = new Gathering(host.receiver)
  }

  /** Looks for a direct path, if there is none and nobody looks already. */
  async consider(link: Link): Promise<void> {
    if (this.#busy.has(link) || this.#busy.size >= maxAttempts) return
    if (this.#answering.has(link) || this.#isClosed || !isStuckAtRelay(link)) return
    this.#busy.add(link)
    this.#begunAt.set(link, clock())
    try {
      if (this.#host.isTriedDirectly(link)) await sleep(directPatience, undefined, { ref: false })
      if (isStuckAtRelay(link)) await this.#begin(link)
    } finally {
      this.#busy.delete(link)
    }
  }

  seekerOf(link: Link): PathSeeker {
    return {
      noticed: (kind, octets) => this.#noticed(link, kind, octets),
      pathEnded: () => this.#lookAgain(link),
    }
  }

  /** A packet that belongs to no session. */
  packet(route: HostRoute, packet: Uint8Array): void {
    const attempt = this.#attempts.size === 0 ? undefined : this.#attempts.get(idKeyOf(packet, 1))
    if (attempt === undefined) this.#observer.packet(route, packet)
    else attempt.packet(route, packet)
  }

  close(): void {
    this.#isClosed = true
    this.#gathering.close()
    for (const attempt of this.#attempts.values()) attempt.end()
    for (const { answered } of this.#pending.values()) answered(undefined)
  }

  /** Whether nothing comes of an attempt any more. */
  #isVain(link: Link): boolean {
    return this.#isClosed || !link.isUp
  }

  /** A notice of the peer of `link`. What cannot be read is of a later version, and ignored. */
  #noticed(link: Link, kind: number, octets: Uint8Array): void {
    if (!link.isUp) return
    try {
      if (kind === natNotice.where) this.#observer.expect(link, octets)
      else if (kind === natNotice.seen) this.#gathering.seen(link, octets)
      else if (kind === natNotice.punch) this.#offered(link, decodeOffer(octets))
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  }

  /** A direct path may have ended, perhaps with a NAT that was restarted: only the end that began the session looks again. */
  #lookAgain(link: Link): void {
    const last = this.#begunAt.get(link)
    const wasOpen = link.routes.traversal?.state === 'open'
    if (last === undefined || !wasOpen || link.role === 'responder' || !isStuckAtRelay(link)) return
    if (this.#again.has(link)) return
    this.#again.add(link)
    const look = (): void => {
      this.#again.delete(link)
      void this.consider(link)
    }
    setTimeout(look, Math.max(0, last + againAfter - clock())).unref()
  }

  async #begin(link: Link): Promise<void> {
    const began = clock()
    this.#say(link, { state: 'trying', own: undefined, peer: undefined })
    const gathered = await this.#gather(link)
    // An offer of the other end may have come meanwhile.
    if (this.#isVain(link) || this.#answering.has(link)) return release(gathered)
    const { kind } = gathered.mapping
    if (kind === 'blocked' && gathered.asked === 0) {
      release(gathered)
      return this.#say(link, { state: 'failed', own: undefined, peer: undefined, why: 'no-observer' })
    }
    const own = newOffer('offer', randomAttempt(), gathered, undefined)
    this.#tell(link, own)
    if (kind === 'blocked') {
      release(gathered)
      return this.#say(link, { state: 'failed', own: kind, peer: undefined, why: 'own-blocked' })
    }
    const peer = await this.#answerTo(link, own)
    if (peer === undefined || peer === 'dropped' || this.#isVain(link)) {
      release(gathered)
      if (peer === undefined) this.#say(link, { state: 'failed', own: kind, peer: undefined, why: 'no-reply' })
      return
    }
    await this.#run(link, { own, peer, gathered, began, startAt: clock() })
  }

  #offered(link: Link, offer: Offer): void {
    const pending = this.#pending.get(offer.attempt)
    if (offer.step === 'answer') {
      if (pending?.link === link) pending.answered(offer)
      return
    }
    void this.#reply(link, offer)
  }

  async #reply(link: Link, peer: Offer): Promise<void> {
    const now = clock()
    if (peer.mapping === 'blocked')
      return this.#say(link, { state: 'failed', own: undefined, peer: 'blocked', why: 'peer-blocked' })
    if (this.#answering.has(link) || this.#answering.size >= maxAttempts || this.#isClosed) return
    // Both ends began at once: the one with the lesser id goes on.
    const crossing = [...this.#pending.values()].find((each) => each.link === link)
    if (crossing !== undefined && this.#host.id < link.peer.identity.id) return
    if (!this.#pace.take(link.peer.identity.id, now)) return
    crossing?.answered('dropped')
    this.#answering.add(link)
    try {
      this.#say(link, { state: 'trying', own: undefined, peer: peer.mapping })
      const gathered = await this.#gather(link)
      if (this.#isVain(link)) return release(gathered)
      const own = newOffer('answer', peer.attempt, gathered, peer)
      this.#tell(link, own)
      const half = (link.paths().find(({ primary }) => primary)?.rtt ?? 0) / 2
      await this.#run(link, { own, peer, gathered, began: now, startAt: clock() + half })
    } finally {
      this.#answering.delete(link)
    }
  }

  /** Fulfilled when it found a way, or found none. */
  #run(
    link: Link,
    {
      own,
      peer,
      gathered,
      began,
      startAt,
    }: {
      readonly own: Offer
      readonly peer: Offer
      readonly gathered: Gathered
      readonly began: number
      readonly startAt: number
    },
  ): Promise<void> {
    const key = idKeyOf(own.id)
    const kinds = { own: own.mapping, peer: peer.mapping }
    return new Promise((resolve) => {
      const decided = (state: PunchState, route: HostRoute | undefined): void => {
        this.#say(link, { ...kinds, ...this.#outcome(link, own, state, route), took: Math.round(clock() - began) })
        resolve()
      }
      const attempt = new Attempt({
        own,
        peer,
        sockets: gathered.sockets,
        budget: this.#budget,
        receiver: this.#host.receiver,
        startAt,
        decided,
        over: () => this.#attempts.delete(key),
      })
      this.#attempts.set(key, attempt)
      attempt.begin()
    })
  }

  #outcome(
    link: Link,
    { step }: Offer,
    state: PunchState,
    route: HostRoute | undefined,
  ): Pick<Traversal, 'state' | 'why'> {
    if (state.type === 'failed') return { state: 'failed', why: state.why }
    if (step === 'answer') {
      this.#pace.worked(link.peer.identity.id)
      return { state: 'open' }
    }
    const isAdded = link.isUp && route !== undefined && link.routes.add(route)
    return isAdded ? { state: 'open' } : { state: 'failed', why: 'no-room' }
  }

  #answerTo(link: Link, { attempt }: Offer): Promise<Offer | undefined | 'dropped'> {
    const { promise, resolve } = Promise.withResolvers<Offer | undefined | 'dropped'>()
    this.#pending.set(attempt, { link, answered: resolve })
    const timer = setTimeout(resolve, replyPatience, undefined).unref()
    return promise.finally(() => {
      clearTimeout(timer)
      this.#pending.delete(attempt)
    })
  }

  #gather(link: Link): Promise<Gathered> {
    return this.#gathering.gather(this.#host.observers(link), this.#host.hosts())
  }

  #tell(link: Link, offer: Offer): void {
    link.runner.session.notify(natNotice.punch, encodeOffer(offer))
    link.runner.wake()
  }

  #say(link: Link, traversal: Omit<Traversal, 'at'>): void {
    link.routes.traversal = { ...traversal, at: Date.now() }
  }
}

const release = ({ sockets }: Gathered): void => {
  for (const socket of sockets) socket.release()
}

const randomAttempt = (): number => Buffer.from(randomOctets(4)).readUInt32BE()

function newOffer(
  step: Offer['step'],
  attempt: number,
  { mapping, seen, sockets }: Gathered,
  peer: Offer | undefined,
): Offer {
  return {
    attempt,
    step,
    id: randomOctets(idOctets),
    key: randomOctets(keyOctets),
    mapping: mapping.kind,
    addresses: toldAddresses(
      seen,
      sockets.map(({ local }) => local),
      peer,
    ),
  }
}

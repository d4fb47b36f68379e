/**
 * Addresses that move, at this edge: hosts on its links attach, and their host routes go to the router over the session
 * that there is. The rules are those of @vagus/mobility. Nothing outside of the block is ever announced here, and nothing
 * without NO_EXPORT.
 * @module
 */
import type { RemoteInfo } from 'node:dgram'
import { formatAddress, parseAddress, type Prefix } from '@vagus/address'
import type { AddressNews, DeviceAgent } from '@vagus/api/telemetry'
import {
  addressOfRoute,
  type Attached,
  Challenges,
  decodeMobility,
  type EdgeEffect,
  encodeMobility,
  hostRoute,
  LinkRates,
  mobileBlock,
  MobileEdge,
  type MobilityMessage,
  type Refusal,
  type SignedAttachment,
  type Standing,
  standingCommunity,
  standingOf,
  type Taken,
  verifyAttachment,
} from '@vagus/mobility'
import { identityCrypto, randomOctets } from '@vagus/transport'
import type { PathState, RouteChange, Speaker } from '@vagus/speaker'
import { DecodeError } from '@vagus/wire'
import { type interfaceAddresses, isLinkLocal } from '../inventory.ts'
import type { TellDeed } from '../record/device-record.ts'
import { textOf } from '../rounds.ts'
import { timeOf } from '../time-of-day.ts'
import { deedOf, happeningText, newsOf } from './address-deeds.ts'
import type { AttachmentStore } from './attachment-store.ts'
import type { MobileLink, MobileLinkListener } from './mobile-link.ts'
import type { MobilityOptions } from './mobile-options.ts'
import { nextHopProblem } from './next-hop.ts'

/** Happenings that are remembered for whoever asks; the oldest is forgotten. */
const maxNews = 100

/** RFC 1997. */
const noExport = 0xffff_ff01

export interface MobilityParts {
  /** Of the device. */
  readonly name: string
  readonly options: MobilityOptions
  readonly speaker: Pick<Speaker, 'announce' | 'withdraw'>
  /** The peer that is the router. */
  readonly peer: string
  /** Our BGP identifier: routes of ours that come back are not those of others. */
  readonly bgpIdentifier: number
  /** Why hosts cannot be attached now: no session with the router, or its policy would not let the routes in. */
  readonly obstacle: () => string | undefined
  readonly store: Pick<AttachmentStore, 'read' | 'write'>
  /** Listens on the links; from now on each datagram is given to `onDatagram`. */
  readonly openLinks: (onDatagram: MobileLinkListener['onDatagram']) => OpenLinks
  /** Addresses of this router by interface, as the operating system has them. */
  readonly addresses: typeof interfaceAddresses
  /** Steady, in milliseconds since 1970. */
  readonly now: () => number
  readonly report: (line: string) => void
  readonly tell?: TellDeed | undefined
}

/** Links on which hosts may attach. */
export interface OpenLinks {
  /** Names of those that are up. */
  readonly open: readonly string[]
  /** Of the interface of an index. */
  readonly nameOf: (index: number) => string
  readonly close: () => void
}

type Status = NonNullable<DeviceAgent['addresses']>

export class Mobility {
  readonly #parts: MobilityParts
  readonly #block: Prefix
  readonly #edge: MobileEdge
  readonly #challenges = new Challenges(randomOctets(32), identityCrypto)
  readonly #linkRates = new LinkRates()
  readonly #links: OpenLinks
  #refused = 0
  #unreadable = 0
  #problem = ''
  /** Leases were renewed that the file has as they were. */
  #isBehind = false
  #news: AddressNews['items'] = []
  #timer: NodeJS.Timeout | undefined

  /** Announces what was attached before; from now on hosts may attach. */
  constructor(parts: MobilityParts) {
    this.#parts = parts
    this.#block = mobileBlock(parts.options.block)
    this.#edge = new MobileEdge(parts.name, parts.options.config)
    this.#links = parts.openLinks((...datagram) => this.#take(...datagram))
    this.#restore()
  }

  /** Routes of the router that changed; those that are no addresses of the block are left to others. */
  receive(changes: readonly RouteChange[]): void {
    const now = this.#parts.now()
    for (const { prefix, paths } of changes) {
      const address = addressOfRoute(this.#block, prefix)
      if (address === undefined) continue
      const standings = paths.flatMap((path) => this.#standingOf(path) ?? [])
      this.#later(this.#edge.heard(address, standings, now))
    }
  }

  /** By the clock that a timer goes by; to be called every second or so besides, for one that was set. */
  expire(): void {
    this.#linkRates.expire(this.#parts.now())
    this.#later(this.#edge.expire(this.#parts.now()))
    if (this.#isBehind) this.#write()
    this.#setTimer()
  }

  status(): Status {
    const { block, links, config } = this.#parts.options
    return {
      block,
      links: links.map((name) => ({ name, state: this.#links.open.includes(name) ? 'open' : 'down' })),
      moves: config.moves,
      leaseSeconds: config.lifetime / 1000,
      problem: this.#parts.obstacle() ?? null,
      dropped: this.#linkRates.dropped,
      refused: this.#refused,
      unreadable: this.#unreadable,
      attached: this.#edge.attached().map(({ address, id, interface: index, nextHop, sequence, since, until }) => ({
        address,
        id,
        interface: this.#links.nameOf(index),
        nextHop: formatAddress(nextHop),
        sequence,
        since: timeOf(since),
        until: timeOf(until),
      })),
    }
  }

  /** What happened lately, oldest first. */
  get news(): AddressNews['items'] {
    return this.#news
  }

  /** Routes go with the session; attachments stay in the file, for an agent that starts before their leases end. */
  close(): void {
    clearTimeout(this.#timer)
    this.#links.close()
    if (this.#isBehind) this.#write()
  }

  #restore(): void {
    const { store, now, report } = this.#parts
    try {
      const effects = this.#edge.restore(store.read(now()), now())
      if (effects.length > 0) report(`addresses: ${effects.length} attached before are announced again`)
      this.#later(effects)
    } catch (error) {
      report(`addresses: ${textOf(error)}`)
    }
  }

  #take(link: MobileLink, octets: Uint8Array, from: RemoteInfo): void {
    // Routers do not forward what comes from a link-local address: who asks is on the link.
    // Nothing can be sent to port 0, which anybody can write into a datagram.
    if (!isLinkLocal(from.address) || from.port === 0 || !this.#linkRates.admits(link.index, this.#parts.now())) return
    let message: MobilityMessage
    try {
      message = decodeMobility(octets)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#unreadable++
      return
    }
    if (message.type === 'solicit') this.#offer(link, message, from.port)
    else if (message.type === 'attach') {
      this.#attach(link, message)
        .then((answer) => link.send(encodeMobility(answer), from.address, from.port))
        .catch(this.#failed)
    }
  }

  /** To the next hop itself, on this link: the kernel asks for its neighbour there (RFC 4861), and whoever has it answers. */
  #offer(link: MobileLink, { id, nextHop }: Extract<MobilityMessage, { type: 'solicit' }>, port: number): void {
    if (nextHopProblem(link, nextHop, this.#parts.addresses()) !== undefined) return
    const { name, options, now } = this.#parts
    const challenge = this.#challenges.challenge({ id, nextHop, interface: link.index }, now())
    const { block, config } = options
    const offer = { type: 'offer', edge: name, block, challenge, lifetime: config.lifetime } as const
    link.send(encodeMobility(offer), formatAddress(nextHop), port)
  }

  async #attach(link: MobileLink, signed: SignedAttachment): Promise<Extract<MobilityMessage, { type: 'answer' }>> {
    const { name: edge } = this.#parts
    const taken = this.#taken(link, signed)
    await this.#perform(taken.effects)
    if (taken.type === 'refused') {
      this.#refused++
      return { type: 'answer', state: 'refused', edge, refusal: taken.refusal }
    }
    // A renewal. A host may ask for many, and a disk takes milliseconds: they are written with the next `expire`.
    if (taken.effects.length === 0) this.#isBehind = true
    return { type: 'answer', state: taken.type, edge, sequence: taken.sequence, lifetime: taken.lifetime }
  }

  #taken(link: MobileLink, signed: SignedAttachment): Taken {
    const { name, options, obstacle, now: clock } = this.#parts
    const now = clock()
    const refused = (refusal: Refusal): Taken => ({ type: 'refused', refusal, effects: [] })
    const asked = verifyAttachment(signed, this.#block, identityCrypto)
    if ('code' in asked) return refused(asked)
    const { id, nextHop, challenge } = asked
    if (asked.edge !== name || !this.#challenges.isOurs(challenge, { id, nextHop, interface: link.index }, now)) {
      return refused({
        code: 'challenge',
        problem: 'the challenge is not one that this edge sent to that next hop lately',
      })
    }
    const wrong = nextHopProblem(link, nextHop, this.#parts.addresses())
    if (wrong !== undefined) return refused({ code: 'next-hop', problem: wrong })
    const admitted = options.admits(id, now)
    if (admitted !== 'admitted') return refused({ code: 'not-admitted', problem: admitted.problem, retryAfter: 30_000 })
    const problem = asked.lifetime === 0 ? undefined : obstacle()
    if (problem !== undefined) return refused({ code: 'unavailable', problem, retryAfter: 1000 })
    return this.#edge.attach(asked, link.index, now)
  }

  #standingOf({ attributes }: PathState): Standing | undefined {
    const { originatorId, extendedCommunities = [] } = attributes
    return originatorId === this.#parts.bgpIdentifier ? undefined : standingOf(extendedCommunities)
  }

  #later(effects: readonly EdgeEffect[]): void {
    if (effects.length > 0) this.#perform(effects).catch(this.#failed)
  }

  async #perform(effects: readonly EdgeEffect[]): Promise<void> {
    if (effects.length > 0) this.#write()
    this.#setTimer()
    const { speaker, peer, report, tell } = this.#parts
    for (const effect of effects) {
      if (effect.type !== 'happened') continue
      report(`addresses: ${happeningText(effect)}`)
      const link = this.#links.nameOf(effect.attached.interface)
      tell?.(deedOf(effect, link))
      const number = (this.#news.at(-1)?.number ?? 0) + 1
      this.#news = [...this.#news, newsOf(effect, { number, link, now: this.#parts.now() })].slice(-maxNews)
    }
    // All at once, so that they are not mixed with those of another call.
    await Promise.all(
      effects.map(async (effect) => {
        if (effect.type === 'announce') await speaker.announce({ peer }, routeOf(effect.attached))
        else if (effect.type === 'withdraw') await speaker.withdraw({ peer }, { prefixes: [`${effect.address}/128`] })
      }),
    )
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const next = this.#edge.nextEnd()
    if (next === undefined) return
    this.#timer = setTimeout(() => this.expire(), Math.max(1, next - this.#parts.now())).unref()
  }

  #write(): void {
    const { store, now } = this.#parts
    try {
      store.write(this.#edge.attached(), now())
      this.#problem = ''
      this.#isBehind = false
    } catch (error) {
      const problem = `attachments are not written, and end with this process: ${textOf(error)}`
      if (problem !== this.#problem) this.#parts.report(`addresses: ${problem}`)
      this.#problem = problem
    }
  }

  readonly #failed = (error: unknown): void => this.#parts.report(`addresses: ${textOf(error)}`)
}

const routeOf = ({ address, sequence, edge, nextHop }: Attached) => ({
  prefixes: [hostRoute(parseAddress(address))],
  attributes: {
    localPref: sequence,
    communities: [noExport],
    extendedCommunities: [standingCommunity({ sequence, edge })],
  },
  nextHop6: nextHop,
})

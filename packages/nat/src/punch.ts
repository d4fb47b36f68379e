/**
 * One attempt of two ends to reach each other directly. Both send probes from the same sockets to all addresses of the
 * other, so that each NAT expects what comes from there; whoever gets an answer to a probe knows that both directions
 * work. If one NAT maps each destination to another port, that end opens many sockets towards the other, which tries
 * random ports until it meets one of them (a birthday search). Packets and the time come in; nothing is sent from here.
 * @module
 */
import { scopeOf } from '@vagus/address'
import { probedAddresses } from './addresses.ts'
import type { ProbeBudget } from './budget.ts'
import { Draw } from './draw.ts'
import { isDependent } from './mapping.ts'
import type { Offer } from './offer.ts'
import { openProbe, type ProbeCrypto, type ProbeKind, probeNumberOf, sealProbe } from './probe.ts'
import { Search, type SearchRole } from './search.ts'
import { familyOf, isSameAddress, type TransportAddress, uriOf } from './transport-address.ts'

/** Milliseconds between rounds: the first are close together, because one of the two is always too early. */
const roundPauses = [50, 50, 50, 100, 100] as const
const laterPause = 200
/** Milliseconds for the rounds; a search begins after the first, and takes longer. */
const roundsFor = 2500
const searchAfter = 700
const searchFor = 9000
/** Probes of one attempt, apart from a search. */
const maxProbes = 160
/** Probes whose answers are recognised. The oldest is forgotten. */
const maxOutstanding = 2048
/** Packets that are checked; each takes 25 µs. An attempt gets some hundred. */
const maxChecked = 4096
/** Addresses that no offer names, from which probes come: a NAT that maps dependently makes one. */
const maxMet = 16

export interface PunchConfig {
  readonly own: Offer
  readonly peer: Offer
  /** Families of the sockets that are open, by their numbers. */
  readonly sockets: readonly (4 | 6)[]
  readonly crypto: ProbeCrypto
  readonly budget: ProbeBudget
  /** 32 fresh, secret random octets. */
  readonly seed: Uint8Array
  /** Milliseconds since 1970. */
  readonly startAt: number
}

export interface OutgoingProbe {
  /** Number of the socket; the first of a number beyond `sockets` opens one. */
  readonly socket: number
  readonly to: TransportAddress
  readonly octets: Uint8Array
}

/** Both directions work between a socket of ours and an address. */
export interface Opening {
  readonly socket: number
  readonly to: TransportAddress
}

export type PunchFailure =
  | 'own-blocked'
  | 'peer-blocked'
  | 'both-dependent'
  | 'search-limited'
  | 'search-failed'
  /** Both are behind one NAT, which lets nothing from inside come back in (RFC 4787 §6). */
  | 'no-hairpin'
  | 'no-answer'

export type PunchState =
  | { readonly type: 'trying' }
  | ({ readonly type: 'open' } & Opening)
  | { readonly type: 'failed'; readonly why: PunchFailure }

export class Punch {
  readonly #config: PunchConfig
  readonly #draw: Draw
  readonly #addresses: TransportAddress[]
  readonly #outstanding = new Map<string, Opening>()
  readonly #met = new Set<string>()
  readonly #searchRole: SearchRole | undefined
  #search: Search | undefined
  #isSearchRefused = false
  #round = 0
  #roundAt: number
  #sent = 0
  #checked = 0
  #endAt: number
  #state: PunchState = { type: 'trying' }

  constructor(config: PunchConfig) {
    const { own, peer, startAt } = config
    this.#config = config
    this.#draw = new Draw(config.crypto, config.seed)
    this.#addresses = [...probedAddresses(peer.addresses, own.addresses)]
    this.#searchRole = searchRoleOf(own, peer)
    this.#roundAt = startAt
    this.#endAt = startAt + (this.#searchRole === undefined ? roundsFor : searchFor)
    if (own.mapping === 'blocked') this.#fail('own-blocked')
    else if (peer.mapping === 'blocked') this.#fail('peer-blocked')
  }

  get state(): PunchState {
    return this.#state
  }

  /** When `due` has something to do, milliseconds since 1970; `Infinity`: never again. */
  get deadline(): number {
    if (this.#state.type !== 'trying') return Infinity
    const searchAt = this.#search?.dueAt ?? (this.#mayStillSearch ? this.#config.startAt + searchAfter : Infinity)
    return Math.min(this.#roundAt, searchAt, this.#endAt)
  }

  /** The probes to send now. */
  due(now: number): readonly OutgoingProbe[] {
    if (this.#state.type !== 'trying') return []
    if (now >= this.#endAt) {
      this.#fail(this.#whyNot)
      return []
    }
    return [...this.#dueRound(now), ...this.#dueSearch(now)]
  }

  /** What to send because of a packet that came to a socket of ours; nothing if it is not authentic. */
  received(socket: number, from: TransportAddress, packet: Uint8Array, now: number): readonly OutgoingProbe[] {
    const { own, crypto } = this.#config
    if (this.#state.type === 'failed' || this.#checked++ >= maxChecked) return []
    const kind = openProbe(packet, own.key, crypto)
    if (kind === 'probe') return this.#probed(socket, from, new Uint8Array(probeNumberOf(packet)), now)
    if (kind === 'answer') this.#answered(socket, from, probeNumberOf(packet))
    return []
  }

  /** To be called when nobody waits for it any more. */
  end(): void {
    if (this.#search !== undefined) this.#config.budget.endSearch()
    this.#search = undefined
    if (this.#state.type === 'trying') this.#fail('no-answer')
  }

  #dueRound(now: number): readonly OutgoingProbe[] {
    if (now < this.#roundAt) return []
    this.#roundAt = now + (roundPauses[this.#round++] ?? laterPause)
    if (now >= this.#config.startAt + roundsFor) this.#roundAt = Infinity
    return this.#config.sockets.flatMap((family, socket) =>
      this.#addresses.filter((to) => familyOf(to) === family).flatMap((to) => this.#probe(socket, to, now)),
    )
  }

  #probe(socket: number, to: TransportAddress, now: number): readonly OutgoingProbe[] {
    if (this.#sent >= maxProbes || !this.#config.budget.take(to.host, 'usual', now)) return []
    this.#sent++
    return [this.#sealed('probe', socket, to, this.#draw.octets(8))]
  }

  get #mayStillSearch(): boolean {
    return this.#searchRole !== undefined && this.#search === undefined && !this.#isSearchRefused
  }

  #dueSearch(now: number): readonly OutgoingProbe[] {
    if (this.#mayStillSearch && now >= this.#config.startAt + searchAfter) this.#beginSearch(now)
    if (this.#search === undefined) return []
    const { sockets, budget } = this.#config
    const tries = this.#search.due(now, this.#draw, (host) => budget.take(host, 'search', now))
    return tries.map(({ extra, to }) =>
      this.#sealed(
        'probe',
        extra === undefined ? sockets.indexOf(4) : sockets.length + extra,
        to,
        this.#draw.octets(8),
      ),
    )
  }

  /** Only global addresses are searched: the ports of a host in a network of ours are nobody's to find out. */
  #beginSearch(now: number): void {
    const to = this.#addresses.find((each) => familyOf(each) === 4 && scopeOf(each.host) === 'global')
    const may = to !== undefined && this.#config.sockets.includes(4) && this.#config.budget.beginSearch(to.host, now)
    if (may) this.#search = new Search(this.#searchRole!, to, now)
    else {
      this.#isSearchRefused = true
      this.#endAt = this.#config.startAt + roundsFor
    }
  }

  #probed(socket: number, from: TransportAddress, number: Uint8Array, now: number): readonly OutgoingProbe[] {
    const { budget } = this.#config
    const why = this.#search === undefined ? 'usual' : 'search'
    if (!budget.take(from.host, why, now) && !budget.take(from.host, 'usual', now)) return []
    const answer = this.#sealed('answer', socket, from, number)
    // The other way, from here, must work as well.
    const place = `${socket} ${uriOf(from)}`
    if (this.#state.type !== 'trying' || this.#met.has(place) || this.#met.size >= maxMet) return [answer]
    this.#met.add(place)
    return [answer, this.#sealed('probe', socket, from, this.#draw.octets(8))]
  }

  #answered(socket: number, from: TransportAddress, number: Uint8Array): void {
    const probe = this.#outstanding.get(keyOf(number))
    if (this.#state.type !== 'trying' || probe?.socket !== socket || !isSameAddress(probe.to, from)) return
    this.#state = { type: 'open', ...probe }
    if (this.#search !== undefined) this.#config.budget.endSearch()
    this.#search = undefined
  }

  #sealed(kind: ProbeKind, socket: number, to: TransportAddress, number: Uint8Array): OutgoingProbe {
    const { peer, crypto } = this.#config
    if (kind === 'probe') {
      this.#outstanding.set(keyOf(number), { socket, to })
      if (this.#outstanding.size > maxOutstanding) this.#outstanding.delete(this.#outstanding.keys().next().value!)
    }
    const [first = 0] = this.#draw.octets(1)
    return { socket, to, octets: sealProbe({ kind, id: peer.id, key: peer.key, number, first }, crypto) }
  }

  get #whyNot(): PunchFailure {
    const { own, peer } = this.#config
    if (own.addresses.some(({ host }) => peer.addresses.some((other) => other.host === host))) return 'no-hairpin'
    if (isDependent(own.mapping) && isDependent(peer.mapping)) return 'both-dependent'
    if (this.#searchRole === undefined) return 'no-answer'
    return this.#isSearchRefused ? 'search-limited' : 'search-failed'
  }

  #fail(why: PunchFailure): void {
    this.#state = { type: 'failed', why }
    if (this.#search !== undefined) this.#config.budget.endSearch()
    this.#search = undefined
  }
}

/** A search helps where the port of exactly one end is unknown. */
function searchRoleOf(own: Offer, peer: Offer): SearchRole | undefined {
  if (isDependent(own.mapping) === isDependent(peer.mapping)) return undefined
  return isDependent(own.mapping) ? 'open many' : 'try many'
}

const keyOf = (number: Uint8Array): string => String.fromCharCode(...number)

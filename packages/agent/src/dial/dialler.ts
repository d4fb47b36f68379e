/** Opens sessions: of several ways to an agent, the first that answers wins. @module */
import type { Established } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { type HostRoute, parseEndpointUri, type RouteDialler } from '@vagus/transport'
import { TurnoverMap } from '@vagus/wire'
import { type Attempt, Attempts, type Way } from './attempts.ts'
import { Cancellation } from './cancellation.ts'
import type { Candidates } from './candidates.ts'
import { clock } from '../link/clock.ts'
import { earlyOctets, noEarlyOctets } from '../handshake/early-octets.ts'
import { AgentError } from '../errors.ts'
import type { Opening } from '../exchange/exchange-session.ts'
import { firstAnswer } from './first-answer.ts'
import { inTurn } from './in-turn.ts'
import type { Link } from '../link/link.ts'
import type { AddressChange, LocalAddresses } from './local-addresses.ts'
import { type Awaiting, type Over, resume, shakeHands, usualWait } from '../handshake/outgoing-handshake.ts'
import type { OwnSide } from '../handshake/own-side.ts'
import type { RelayClient } from '../relay/relay-client.ts'
import { type Got, type Tickets, withClaim } from '../handshake/tickets.ts'
import { hostOf, isSameWay, pairsOf, relayedWays } from './pairs.ts'

/** Milliseconds until the next address is tried in parallel (RFC 8305 §5). */
const minHeadStart = 150
const maxHeadStart = 500
/** Direct ways tried before the first relay: a document may name many addresses that are dead from here. */
const beforeRelay = 2
/** Maximum ways from local addresses tried for a session that replaces a silent one. */
const maxOthers = 16
/** Milliseconds after which no answer is expected any more. */
const patience = 10_000
/** The same if the network changed meanwhile, however often. */
const maxPatience = 2 * patience
/**
 * In milliseconds: more if answers take longer, so that a busy host does not create more work for itself; less if there
 * are many ways, of which the last starts halfway through a search.
 */
const headStartOf = (ways: number): number =>
  Math.min(Math.max(minHeadStart, 3 * usualWait()), maxHeadStart, patience / 2 / ways)

/** Created once: an error for each handshake would capture a stack. */
const slower = new AgentError('unreachable', 'another address was faster')
const silence = new AgentError('unreachable', `no answer within ${patience / 1000} s`)
/** A handshake is longer than the 1,200 octets that pass everywhere. */
const udpHint =
  '; all are UDP, and some networks drop UDP or its longer packets: an agent that listens on TCP, too, is reached there'

export interface Target {
  readonly id: AgentId
  readonly remoteStatic: Uint8Array
  readonly candidates: Candidates
}

/** The way that answered first. */
interface Won {
  readonly established: Established
  readonly route: HostRoute
  readonly how: 'handshake' | 'ticket'
  /** What did not fit the first message; set if the peer has read the beginning of the opening. */
  readonly rest?: Uint8Array
}

export class Dialler {
  readonly #own: OwnSide
  readonly #routes: RouteDialler
  readonly #awaiting: Awaiting
  readonly #local: LocalAddresses
  readonly #relays: RelayClient
  readonly #tickets: Tickets
  readonly #closing: AbortSignal
  /** Pending, in the order in which they began. */
  readonly #searches = new TurnoverMap<number, { readonly over: Cancellation; readonly attempts: Attempts }>()
  #nextSearch = 1

  constructor(parts: {
    readonly own: OwnSide
    readonly routes: RouteDialler
    readonly awaiting: Awaiting
    readonly local: LocalAddresses
    readonly relays: RelayClient
    readonly tickets: Tickets
    /** Ends pending work with its reason. */
    readonly closing: AbortSignal
  }) {
    this.#own = parts.own
    this.#routes = parts.routes
    this.#awaiting = parts.awaiting
    this.#local = parts.local
    this.#relays = parts.relays
    this.#tickets = parts.tickets
    this.#closing = parts.closing
    const end = (): void => {
      for (const { over } of this.#searches.values()) over.cancel(this.#closing.reason as Error)
    }
    this.#closing.addEventListener('abort', end, { once: true })
  }

  /**
   * @param opening for the first message, if a ticket starts the session
   * @param silent the current session, if nothing arrives on any of its paths
   * @throws {AgentError} `unreachable`, with the problem of each address; the reason for which the agent closes
   */
  async establish(target: Target, opening?: Opening, silent?: Link): Promise<Won> {
    const ways =
      silent === undefined ? this.#waysTo(target) : inTurn([this.#waysTo(target), this.#others(target, silent)])
    if (ways.length === 0)
      throw new AgentError('unreachable', 'its document names no address that we can use, and no relay')
    this.#closing.throwIfAborted()
    const search = this.#nextSearch++
    const over = new Cancellation()
    const giveUp = (): void => over.cancel(silence)
    const began = clock()
    let late = setTimeout(giveUp, patience)
    let beside: (way: Way) => void
    const attempts = new Attempts(
      over,
      (uri) => this.#routes.localAddressTo(uri),
      (way) => {
        if (!this.#searches.has(search)) return
        clearTimeout(late)
        late = setTimeout(giveUp, Math.min(patience, began + maxPatience - clock()))
        beside(way)
      },
    )
    this.#searches.set(search, { over, attempts })
    try {
      return await firstAnswer({
        ways,
        attempt: (way) => this.#attempt(attempts.begin(way), target, attempts, opening),
        headStart: () => headStartOf(ways.length),
        over,
        tooLate: ({ route }) => route.close(),
        onBegin: (attemptBeside) => (beside = attemptBeside),
      })
    } catch {
      this.#closing.throwIfAborted()
      for (const { way } of attempts.underWay) attempts.failed(way, silence)
      const { problems } = attempts
      const isAllUdp = ways.every(({ uri }) => uri?.kind === 'udp')
      const hint = isAllUdp && problems.values().every((problem) => problem === silence) ? udpHint : ''
      throw new AgentError('unreachable', `no address answers: ${[...problems.keys()].join('; ')}${hint}`)
    } finally {
      clearTimeout(late)
      this.#searches.delete(search)
      if (attempts.underWay.size > 0) over.cancel(slower)
    }
  }

  /** Whether packets to the remote end of `route` would now use another address of this host. */
  async isOvertaken({ local, remote }: HostRoute): Promise<boolean> {
    const uri = parseEndpointUri(remote)
    const address = uri && (await this.#routes.localAddressTo(uri))
    return address !== undefined && address !== hostOf(local)
  }

  /** Addresses came or went: affected searches continue from others. */
  moved(change: AddressChange): void {
    for (const { attempts } of this.#searches.values()) void attempts.moved(change)
  }

  async #attempt(attempt: Attempt, target: Target, attempts: Attempts, opening: Opening | undefined): Promise<Won> {
    const { way, cancellation } = attempt
    let route: HostRoute | undefined
    try {
      route = await way.open(cancellation)
      attempt.from = hostOf(route.local)
      const over = { route, awaiting: this.#awaiting, cancellation }
      const got = this.#ticketFor(target)
      const resumed = got && (await this.#resume(got, target, over, opening))
      if (resumed !== undefined) return resumed
      return { established: await shakeHands(this.#own, target.remoteStatic, over), route, how: 'handshake' }
    } catch (error) {
      route?.close()
      attempts.failed(way, error as Error)
      throw error
    } finally {
      attempts.end(attempt)
    }
  }

  /** A peer that has rotated its keys since is not resumed with: what its old keys signed counts no more. */
  #ticketFor({ id, remoteStatic }: Target): Got | undefined {
    const got = this.#tickets.take(id)
    return got && Buffer.compare(got.ticket.remoteStatic, remoteStatic) === 0 ? got : undefined
  }

  /** `undefined` if the ticket is no longer valid. */
  async #resume(got: Got, target: Target, over: Over, opening: Opening | undefined): Promise<Won | undefined> {
    const { route } = over
    const early =
      opening === undefined ? noEarlyOctets : await earlyOctets(opening, got, target.id, { route, own: this.#own })
    const { first, rest } = early
    const established = await resume(got.ticket, early, over)
    if (established === undefined) return undefined
    const won: Won = { established: withClaim(established, got.claim), route, how: 'ticket' }
    return first.length === 0 ? won : { ...won, rest }
  }

  #waysTo(target: Target): readonly Way[] {
    const direct = target.candidates.direct.map((uri) => ({ text: uri.text, uri, open: () => this.#routes.dial(uri) }))
    const relayed = relayedWays(target.candidates, this.#own.id).map(({ relay, handle, text }) => ({
      text,
      open: (over: Cancellation) => this.#relays.open(relay, handle, over.signal()),
    }))
    return [...direct.slice(0, beforeRelay), ...relayed.slice(0, 1), ...direct.slice(beforeRelay), ...relayed.slice(1)]
  }

  /** From addresses that the kernel would not choose: the network that it chooses may be dead without its knowing. */
  #others({ candidates }: Target, silent: Link): readonly Way[] {
    const routes = silent.routes.routes()
    const pairs = pairsOf(candidates.direct, this.#local.sources).filter(
      ({ uri, localAddress }) =>
        localAddress !== undefined && !routes.some((route) => isSameWay(route, uri, localAddress)),
    )
    return pairs.slice(0, maxOthers).map(({ text, uri, localAddress }) => ({
      text,
      uri,
      from: localAddress!,
      open: () => this.#routes.dial(uri, localAddress),
    }))
  }
}

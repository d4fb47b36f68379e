/**
 * Opens sessions and further paths: of several addresses the first that answers wins, and then the paths that are left are
 * opened beside it.
 * @module
 */
import type { Established } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { type EndpointUri, type HostRoute, parseEndpointUri, RouteDialler, type RouteReceiver } from '@vagus/transport'
import { earlyOctets } from './early-octets.ts'
import { AgentError } from './errors.ts'
import type { Opening } from './exchange-road.ts'
import { firstAnswer } from './first-answer.ts'
import type { Link } from './link.ts'
import type { LocalAddresses } from './local-addresses.ts'
import { type Awaiting, type Over, resume, shakeHands, usualDuration } from './outgoing-handshake.ts'
import type { OwnSide } from './own-side.ts'
import type { RelayClient } from './relay/relay-client.ts'
import { parseRelayAddress } from './relay/relay-message.ts'
import { type Got, type Tickets, withClaim } from './tickets.ts'

/**
 * Milliseconds until the next address is tried beside the ones before (RFC 8305 §5): longer where handshakes take longer,
 * so that a host that is busy does not make more work for itself.
 */
const leastHeadStart = 150
const mostHeadStart = 2000
const headStart = (): number => Math.min(Math.max(leastHeadStart, 3 * usualDuration()), mostHeadStart)
/** Milliseconds until nobody is expected to answer any more. */
const patience = 10_000
/** Paths of one session that this side opens; the session has room for eight, and moves need some. */
const maxPaths = 4
/** Of them through relays, so that one may end. */
const maxRelayPaths = 2

/** Made once: an error of each handshake costs a stack. */
const slower = new AgentError('unreachable', 'another address was quicker')
const silence = new AgentError('unreachable', `no answer within ${patience / 1000} s`)

/** A way to somebody, opened when its turn comes. */
interface Way {
  readonly text: string
  readonly open: (signal: AbortSignal) => Promise<HostRoute>
}

export interface Target {
  readonly id: AgentId
  readonly remoteStatic: Uint8Array
  /** Where it is reached, also through relays; the preferred first. */
  readonly addresses: readonly string[]
}

/** The way that answered first. */
interface Won {
  readonly established: Established
  readonly route: HostRoute
  readonly how: 'handshake' | 'ticket'
  /** The other side has read the beginning of the opening; what did not fit the first message. */
  readonly rest?: Uint8Array
}

const order = { udp: 0, tcp: 1, ws: 2, wss: 3 } as const

export class Dialer {
  readonly #own: OwnSide
  readonly #routes: RouteDialler
  readonly #awaiting: Awaiting
  readonly #local: LocalAddresses
  readonly #relays: RelayClient
  readonly #tickets: Tickets

  constructor(parts: {
    readonly own: OwnSide
    readonly receiver: RouteReceiver
    readonly awaiting: Awaiting
    readonly local: LocalAddresses
    readonly relays: RelayClient
    readonly tickets: Tickets
  }) {
    this.#own = parts.own
    this.#routes = new RouteDialler(parts.receiver)
    this.#awaiting = parts.awaiting
    this.#local = parts.local
    this.#relays = parts.relays
    this.#tickets = parts.tickets
  }

  /**
   * @param opening for the first message, where a ticket begins the session
   * @throws {AgentError} `unreachable`, with what each address said; the reason of `signal`
   */
  async establish(target: Target, signal: AbortSignal, opening?: Opening): Promise<Won> {
    const ways: readonly Way[] = [
      ...urisOf(target.addresses).map((uri) => ({ text: uri.text, open: () => this.#routes.dial(uri) })),
      ...this.#relayWays(target),
    ]
    if (ways.length === 0)
      throw new AgentError('unreachable', 'its document names no address that we can use, and no relay')
    const over = new AbortController()
    const stopped = (): void => over.abort(signal.reason as Error)
    const late = setTimeout(() => over.abort(silence), patience)
    signal.addEventListener('abort', stopped, { once: true })
    let attempts = 0
    const problems: string[] = []
    try {
      signal.throwIfAborted()
      return await firstAnswer({
        ways,
        attempt: (way) => {
          attempts++
          return this.#attempt(way, target, over.signal, opening).catch((error: unknown) => {
            problems.push(`${way.text}: ${(error as Error).message}`)
            throw error
          })
        },
        headStart,
        over: over.signal,
        tooLate: ({ route }) => route.close(),
      })
    } catch {
      signal.throwIfAborted()
      throw new AgentError('unreachable', `nobody answers: ${problems.join('; ')}`)
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', stopped)
      if (attempts > 1) over.abort(slower)
    }
  }

  /**
   * Opens what is possible beside the paths that `link` has: from other local addresses, over TCP or WebSocket where the
   * link wants it, and through relays for when all others die.
   */
  async widen(link: Link, target: Target): Promise<void> {
    const present = (): readonly HostRoute[] => [...link.routes.routes()]
    const uris = urisOf(target.addresses)
    const datagrams = uris.filter(({ kind }) => kind === 'udp')
    const wanted = link.wantsReliable || datagrams.length === 0 ? uris : datagrams
    for (const { uri, localAddress } of this.#pairs(wanted)) {
      if (present().length >= maxPaths || !link.isUp) return
      if (!present().some((route) => isSameWay(route, uri, localAddress))) await this.open(link, uri, localAddress)
    }
    for (const way of this.#relayWays(target)) {
      const relays = present().filter(({ transport }) => transport === 'relay')
      if (relays.length >= maxRelayPaths || present().length >= maxPaths) return
      if (relays.some(({ remote }) => remote === way.text)) continue
      const route = await way.open(AbortSignal.timeout(patience)).catch(() => undefined)
      if (route !== undefined && (!link.isUp || !link.routes.add(route, 'standby'))) route.close()
    }
  }

  /** One path more; `undefined` when there is no way. */
  async open(link: Link, uri: EndpointUri, localAddress?: string): Promise<HostRoute | undefined> {
    let route: HostRoute | undefined
    try {
      route = await this.#routes.dial(uri, localAddress)
    } catch {
      return undefined
    }
    // The kernel's own choice of address may be one that is in use.
    const isDouble = [...link.routes.routes()].some((other) => isSameWay(other, uri, hostOf(route.local)))
    if (!isDouble && link.isUp && link.routes.add(route)) return route
    route.close()
    return undefined
  }

  /** When all links are closed. */
  close(): void {
    this.#routes.close()
  }

  async #attempt({ open }: Way, target: Target, signal: AbortSignal, opening: Opening | undefined): Promise<Won> {
    const route = await open(signal)
    try {
      const over = { route, awaiting: this.#awaiting, signal }
      const got = this.#tickets.take(target.id)
      const resumed = got && (await this.#resume(got, target, over, opening))
      if (resumed !== undefined) return resumed
      return { established: await shakeHands(this.#own, target.remoteStatic, over), route, how: 'handshake' }
    } catch (error) {
      route.close()
      throw error
    }
  }

  /** `undefined`: the ticket is good no more. */
  async #resume(got: Got, target: Target, over: Over, opening: Opening | undefined): Promise<Won | undefined> {
    const { route } = over
    const early = await earlyOctets(opening, got, target.id, { route, own: this.#own })
    const { first, rest } = early
    const established = await resume(got.ticket, early, over)
    if (established === undefined) return undefined
    const won: Won = { established: withClaim(established, got.claim), route, how: 'ticket' }
    return first.length === 0 ? won : { ...won, rest }
  }

  #relayWays({ addresses }: Target): readonly Way[] {
    return addresses.flatMap((text) => {
      const parsed = parseRelayAddress(text)
      if (parsed === undefined || parsed.relay === this.#own.id) return []
      return [{ text, open: (signal: AbortSignal) => this.#relays.open(parsed.relay, parsed.handle, signal) }]
    })
  }

  /** Each remote address with each local one that may lead there; the kernel's choice where there is but one. */
  #pairs(uris: readonly EndpointUri[]): readonly { readonly uri: EndpointUri; readonly localAddress?: string }[] {
    return uris.flatMap((uri): readonly { readonly uri: EndpointUri; readonly localAddress?: string }[] => {
      const isLoopback = uri.host.startsWith('127.') || uri.host === '::1'
      const local = this.#local.present.filter(({ family }) => family === uri.family)
      if (isLoopback || local.length < 2) return [{ uri }]
      return local.map(({ address }) => ({ uri, localAddress: address }))
    })
  }
}

export function urisOf(addresses: readonly string[]): readonly EndpointUri[] {
  return addresses
    .map(parseEndpointUri)
    .filter((uri) => uri !== undefined)
    .sort((a, b) => order[a.kind] - order[b.kind])
}

/** The address in a URI of a route. */
export function hostOf(uri: string): string {
  return parseEndpointUri(uri)?.host ?? ''
}

function isSameWay(route: HostRoute, uri: EndpointUri, localAddress: string | undefined): boolean {
  if (route.remote !== uri.text) return false
  return localAddress === undefined || hostOf(route.local) === localAddress
}

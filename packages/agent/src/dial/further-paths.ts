/**
 * Further paths of a session, beside the one on which it began. Most of a host's addresses may lead elsewhere, and every
 * path takes sockets and probes at both ends, so their number is limited.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentId } from '@vagus/identity'
import type { EndpointUri, HostRoute, RouteDialler } from '@vagus/transport'
import { clock } from '../link/clock.ts'
import type { Link } from '../link/link.ts'
import type { RelayClient } from '../relay/relay-client.ts'
import type { Target } from './dialler.ts'
import type { LocalAddresses } from './local-addresses.ts'
import { hostOf, isSameWay, pairsOf, relayedWays } from './pairs.ts'

/**
 * Answering paths of a session above which this side opens no more. The session has room for eight, and moves need
 * some.
 */
const maxPaths = 4
/** Of the paths it opens, how many may be unanswered in parallel: most local addresses may lead elsewhere. */
const maxUnproven = 3
/** Paths of a session, opened by either side, above which this side opens no more. */
const maxRoutes = 7
/** Milliseconds for a path to answer if another way waits for its place. */
const proofPatience = 2000
/** Milliseconds for a relay to open a circuit. */
const relayPatience = 10_000
/** Maximum paths through relays, so that one relay may end. */
const maxRelayPaths = 2

/** What was tried for a link. */
interface Effort {
  /** How often it was widened: the last of several at once continues. */
  turn: number
  /** When each pair was last tried, by its text. */
  readonly tried: Map<string, number>
  isRelaying: boolean
}

export class FurtherPaths {
  readonly #own: AgentId
  readonly #routes: RouteDialler
  readonly #local: LocalAddresses
  readonly #relays: RelayClient
  readonly #efforts = new WeakMap<Link, Effort>()
  readonly #openedAt = new WeakMap<HostRoute, number>()

  constructor(parts: {
    readonly own: AgentId
    readonly routes: RouteDialler
    readonly local: LocalAddresses
    readonly relays: RelayClient
  }) {
    this.#own = parts.own
    this.#routes = parts.routes
    this.#local = parts.local
    this.#relays = parts.relays
  }

  /**
   * Opens what is possible beside the existing paths of `link`: from other local addresses, over TCP or WebSocket if
   * the link wants it, and through relays as a fallback.
   */
  async widen(link: Link, target: Target): Promise<void> {
    const effort = this.#effortFor(link)
    const { tried } = effort
    const turn = ++effort.turn
    const isOver = (): boolean => !link.isUp || effort.turn !== turn
    const { direct } = target.candidates
    const datagrams = direct.filter(({ kind }) => kind === 'udp')
    const wanted = link.wantsReliable || datagrams.length === 0 ? direct : datagrams
    // Pairs not tried yet, or least recently tried, come first.
    const pairs = pairsOf(wanted, this.#local.sources).toSorted(
      (a, b) => (tried.get(a.text) ?? 0) - (tried.get(b.text) ?? 0),
    )
    const openPairs = async (makeRoom: () => boolean | Promise<boolean>): Promise<void> => {
      for (const { text, uri, localAddress } of pairs) {
        if (link.routes.routes().some((route) => isSameWay(route, uri, localAddress))) continue
        if (isOver() || !(await makeRoom()) || isOver()) return
        tried.set(text, clock())
        const route = await this.open(link, uri, localAddress)
        if (route !== undefined) this.#openedAt.set(route, clock())
      }
    }
    await openPairs(() => hasRoom(link))
    if (!effort.isRelaying) await this.#openRelayed(link, target, effort)
    await openPairs(() => this.#makeRoom(link, isOver))
  }

  /** One more path; `undefined` if there is no way. */
  async open(link: Link, uri: EndpointUri, localAddress?: string): Promise<HostRoute | undefined> {
    let route: HostRoute | undefined
    try {
      route = await this.#routes.dial(uri, localAddress)
    } catch {
      return undefined
    }
    // The address chosen by the kernel may be in use already.
    const isDouble = link.routes.routes().some((other) => isSameWay(other, uri, hostOf(route.local)))
    if (!isDouble && link.isUp && link.routes.add(route)) return route
    route.close()
    return undefined
  }

  #effortFor(link: Link): Effort {
    const effort = this.#efforts.get(link) ?? { turn: 0, tried: new Map<string, number>(), isRelaying: false }
    this.#efforts.set(link, effort)
    return effort
  }

  async #openRelayed(link: Link, target: Target, effort: Effort): Promise<void> {
    effort.isRelaying = true
    for (const { relay, handle, text } of relayedWays(target.candidates, this.#own)) {
      const relays = link.routes.routes().filter(({ transport }) => transport === 'relay')
      if (relays.length >= maxRelayPaths || isFull(link) || !link.isUp) break
      if (relays.some(({ remote }) => remote === text)) continue
      const route = await this.#relays.open(relay, handle, AbortSignal.timeout(relayPatience)).catch(() => undefined)
      if (route !== undefined && (!link.isUp || !link.routes.add(route, 'standby'))) route.close()
    }
    effort.isRelaying = false
  }

  /**
   * Gives up paths that have not answered for long, or are dead, until there is room for another; `false` if there is
   * none.
   */
  async #makeRoom(link: Link, isOver: () => boolean): Promise<boolean> {
    while (!hasRoom(link)) {
      if (isOver() || link.routes.routesThatAre('alive').length >= maxPaths) return false
      const isOwn = (route: HostRoute): boolean => this.#openedAt.has(route)
      const unproven = link.routes.routesThatAre('validating').find(isOwn)
      const route = unproven ?? link.routes.routesThatAre('dead').find(isOwn)
      if (route === undefined) return false
      const left = unproven === undefined ? 0 : this.#openedAt.get(unproven)! + proofPatience - clock()
      if (left > 0) {
        await sleep(left, undefined, { ref: false })
        continue
      }
      route.close()
      link.lost(route)
    }
    return true
  }
}

/** Whether enough paths answer, or there is no room for more. */
const isFull = ({ routes }: Link): boolean =>
  routes.routesThatAre('alive').length >= maxPaths || routes.routes().length >= maxRoutes

const hasRoom = (link: Link): boolean => !isFull(link) && link.routes.routesThatAre('validating').length < maxUnproven

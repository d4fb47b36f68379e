/**
 * The routes of a listening UDP socket, one per remote address. Anyone can send from any number of addresses, so routes
 * that no session uses take no room from those in use.
 * @module
 */
import { TurnoverMap } from '@vagus/wire'

/**
 * Maximum number of routes in use. At the limit the one used first is dropped; its session sees a new route with its
 * next packet.
 */
const maxUsed = 65_536
/**
 * Maximum number of unused routes. At the limit the one opened first is dropped. A new session uses its route at once.
 */
const maxUnused = 1024

type Key = string | number

/** Routes by the key under which the socket knows the peer. */
export class PeerRoutes<Route extends { readonly key: Key }> {
  readonly #used = new TurnoverMap<Key, Route>()
  readonly #unused = new TurnoverMap<Key, Route>()
  readonly #limits: { readonly used: number; readonly unused: number }

  constructor(limits = { used: maxUsed, unused: maxUnused }) {
    this.#limits = limits
  }

  get(key: Key): Route | undefined {
    return this.#used.get(key) ?? this.#unused.get(key)
  }

  add(route: Route): void {
    this.#unused.set(route.key, route)
    dropFirst(this.#unused, this.#limits.unused)
  }

  /**
   * A session uses the route. A dropped route stays dropped, because the same address may have another route by now.
   */
  use(route: Route): void {
    if (this.#unused.get(route.key) !== route) return
    this.#unused.delete(route.key)
    this.#used.set(route.key, route)
    dropFirst(this.#used, this.#limits.used)
  }

  /** No session uses the route any longer. */
  end(route: Route): void {
    for (const routes of [this.#used, this.#unused]) if (routes.get(route.key) === route) routes.delete(route.key)
  }
}

function dropFirst(routes: TurnoverMap<Key, unknown>, limit: number): void {
  if (routes.size > limit) routes.delete(routes.keys().next().value!)
}

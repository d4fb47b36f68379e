/**
 * The routes of a listening UDP socket, one for each address that it hears of. Anybody can send from any number of addresses,
 * so those that no session uses take no room from those that one does.
 * @module
 */
/**
 * Routes that sessions use; at the limit the one that was used first goes. Its session sees another route then, with its
 * next packet.
 */
const maxUsed = 65_536
/** Routes that none uses; at the limit the one that was opened first goes. A session that begins uses its route at once. */
const maxUnused = 1024

type Key = string | number

/** Each with what its socket knows its peer by. */
export class PeerRoutes<Route extends { readonly key: Key }> {
  readonly #used = new Map<Key, Route>()
  readonly #unused = new Map<Key, Route>()
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

  /** A session uses it. One that was dropped stays so: there may be another one for the same address. */
  use(route: Route): void {
    if (this.#unused.get(route.key) !== route) return
    this.#unused.delete(route.key)
    this.#used.set(route.key, route)
    dropFirst(this.#used, this.#limits.used)
  }

  /** No session uses it any more. */
  end(route: Route): void {
    for (const routes of [this.#used, this.#unused]) if (routes.get(route.key) === route) routes.delete(route.key)
  }
}

function dropFirst(routes: Map<Key, unknown>, limit: number): void {
  if (routes.size > limit) routes.delete(routes.keys().next().value!)
}

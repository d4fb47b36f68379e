/** The routes under the paths of a link: opened by this side, or to us by others, and closed when no path uses them. @module */
import type { HostRoute } from '@vagus/transport'
import type { Radios } from '../energy/radios.ts'
import type { RouteUsers } from './route-users.ts'

/** What all links of the agent share. */
export interface RoutesHost<User> {
  readonly byRoute: RouteUsers<User>
  /** Radios that are to sleep. */
  readonly radios?: Pick<Radios, 'find' | 'statusOf'> | undefined
}

export class HeldRoutes<User> {
  readonly #user: User
  readonly #host: RoutesHost<User>
  #open: readonly HostRoute[] = []
  /** The route of the last authentic packet, which is in `#open`. */
  #heard: HostRoute | undefined
  #isClosed = false

  constructor(user: User, host: RoutesHost<User>) {
    this.#user = user
    this.#host = host
  }

  all(): readonly HostRoute[] {
    return this.#open
  }

  /** An authentic packet came by it. */
  heard(route: HostRoute): void {
    if (route === this.#heard || this.#isClosed) return
    this.#heard = route
    this.use(route)
  }

  use(route: HostRoute): void {
    this.#host.radios?.find(route)
    if (!this.#open.includes(route)) this.#open = this.#open.concat(route)
    this.#host.byRoute.add(route, this.#user)
    route.used?.()
  }

  /** It is gone by itself. */
  lost(route: HostRoute): 'held' | 'unknown' {
    this.#heard = undefined
    if (!this.#open.includes(route)) return 'unknown'
    this.#forget(route)
    return 'held'
  }

  /** Leaves all but `inUse`. */
  keep(inUse: ReadonlySet<unknown>): void {
    for (const route of this.#open) if (!inUse.has(route)) this.#leave(route)
    this.#heard = undefined
  }

  close(): void {
    this.#isClosed = true
    this.keep(new Set())
  }

  /** Keeps the route if another session with the same peer uses it. */
  #leave(route: HostRoute): void {
    this.#forget(route)
    if (this.#host.byRoute.of(route).length === 0) route.close()
  }

  #forget(route: HostRoute): void {
    this.#open = this.#open.filter((other) => other !== route)
    this.#host.byRoute.delete(route, this.#user)
  }
}

/** Index from a route to the links that use it, mostly one, so that not all thousands must be asked. @module */
import type { HostRoute } from '@vagus/transport'

export class RouteUsers<User> {
  readonly #users = new Map<HostRoute, readonly User[]>()

  /** A snapshot of the users: later changes do not affect the list. */
  of(route: HostRoute): readonly User[] {
    return this.#users.get(route) ?? []
  }

  add(route: HostRoute, user: User): void {
    const users = this.of(route)
    if (!users.includes(user)) this.#users.set(route, users.concat(user))
  }

  delete(route: HostRoute, user: User): void {
    const others = this.of(route).filter((other) => other !== user)
    if (others.length > 0) this.#users.set(route, others)
    else this.#users.delete(route)
  }
}

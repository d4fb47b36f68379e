/** Who goes by which route: mostly one, and of thousands of links nobody wants to ask each. @module */
import type { HostRoute } from '@vagus/transport'

export class RouteUsers<User> {
  readonly #users = new Map<HostRoute, readonly User[]>()

  /** Those of now: whoever comes or goes meanwhile changes nothing about it. */
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

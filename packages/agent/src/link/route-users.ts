/** From a route to the links that use it, mostly one, so that not all thousands must be asked. @module */
import type { HostRoute } from '@vagus/transport'

export class RouteUsers<User> {
  /** A snapshot of the users: later changes do not affect the list. */
  of(route: HostRoute): readonly User[] {
    return (route.users ?? []) as readonly User[] // sound: an agent alone writes the users of its routes, here
  }

  add(route: HostRoute, user: User): void {
    const users = this.of(route)
    if (!users.includes(user)) route.users = users.concat(user)
  }

  delete(route: HostRoute, user: User): void {
    const others = this.of(route).filter((other) => other !== user)
    route.users = others.length > 0 ? others : undefined
  }
}

/**
 * Counts who sends hellos that do not decrypt over transports that prove the sender's address, where a cookie would
 * show nothing; each of them costs a key agreement. As WireGuard does, under load such an address is not answered for a
 * while; an IPv6 one stands for its /64. Not always, because honest agents may have one address in common: behind a
 * NAT, or a proxy of WebSockets.
 * @module
 */
import { parseScopedAddress, versionOf } from '@vagus/address'
import { type HostRoute, parseEndpointUri } from '@vagus/transport'

/** Of one address in a window: who is honest has an old key of ours at worst, and looks it up again. */
const maxFailed = 4
/** Milliseconds. */
const failedWindow = 10_000
/** Addresses that are counted; the one that failed first goes. */
const maxAddresses = 4096

interface Failed {
  readonly since: number
  count: number
}

export class FailedHellos {
  readonly #failed = new Map<string, Failed>()

  /** Whether nothing more is to be read from the address of `route` under load. */
  areTooMany(route: HostRoute, now: number): boolean {
    const failed = this.#failed.get(addressOf(route))
    return failed !== undefined && failed.count >= maxFailed && now - failed.since < failedWindow
  }

  add(route: HostRoute, now: number): void {
    if (route.transport === 'relay') return // it is the relay's address, which limits who opens circuits there
    const name = addressOf(route)
    const before = this.#failed.get(name)
    if (before !== undefined && now - before.since < failedWindow) {
      before.count++
      return
    }
    this.#failed.delete(name)
    this.#failed.set(name, { since: now, count: 1 })
    if (this.#failed.size > maxAddresses) this.#failed.delete(this.#failed.keys().next().value!)
  }
}

function addressOf({ remote }: HostRoute): string {
  const uri = parseEndpointUri(remote)
  if (uri === undefined) return remote
  const { octets } = parseScopedAddress(uri.host) // of a socket, so that it is an address
  return String.fromCharCode(...(versionOf(octets) === 6 ? octets.subarray(0, 8) : octets))
}

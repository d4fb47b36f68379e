/**
 * Counts hellos that do not decrypt, by sender, on transports that prove the sender's address, where a cookie would
 * show nothing; each costs a key agreement. As in WireGuard, such an address gets no answer for a while under load; an
 * IPv6 address stands for its /64. Only under load, because honest agents may share an address behind a NAT or a
 * WebSocket proxy.
 * @module
 */
import { parseScopedAddress, versionOf } from '@vagus/address'
import { type HostRoute, parseEndpointUri } from '@vagus/transport'

/** Maximum per address and window: an honest sender at worst has an old key of ours, and looks it up again. */
const maxFailed = 4
/** Milliseconds. */
const failedWindow = 10_000
/** Maximum addresses counted; the one that failed first is dropped. */
const maxAddresses = 4096

interface Failed {
  readonly since: number
  count: number
}

export class FailedHellos {
  readonly #failed = new Map<string, Failed>()

  /** Whether hellos from the address of `route` must not be read any more under load. */
  areTooMany(route: HostRoute, now: number): boolean {
    const failed = this.#failed.get(addressOf(route))
    return failed !== undefined && failed.count >= maxFailed && now - failed.since < failedWindow
  }

  add(route: HostRoute, now: number): void {
    if (route.transport === 'relay') return // that is the relay's address, and the relay itself limits circuits
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
  const { octets } = parseScopedAddress(uri.host) // sound: a socket's host is an address
  return String.fromCharCode(...(versionOf(octets) === 6 ? octets.subarray(0, 8) : octets))
}

/**
 * How many probes an agent sends. A peer names the addresses that are probed, so without limits anyone could make agents
 * send to a third one, or search the ports of one. A probe has 33 octets, 61 with its IPv4 and UDP headers: at the limit
 * of all, 122 kbit/s leave an agent, whoever asks.
 * @module
 */

/** Probes a second of all attempts, and at once. Beyond that they are left out, and sent with a later round. */
const rate = 250
const burst = 300
/** The same for one host, except in a search of its ports. */
const hostRate = 10
const hostBurst = 150
/** Hosts that are counted; the one probed longest ago is forgotten. */
const maxHosts = 1024
/** Ports of one host that a search tries; there are 64,512 of them, and the other side has `manySockets`. */
export const maxManyProbes = 1200
/** Sockets that the side whose NAT maps dependently opens for a search; nobody finds one in fewer. */
export const manySockets = 256
/** Milliseconds until the ports of the same host are searched again. One search runs at a time. */
const searchEvery = 600_000

interface Bucket {
  credit: number
  at: number
}

export class ProbeBudget {
  readonly #all: Bucket
  readonly #hosts = new Map<string, Bucket>()
  /** When the ports of a host were last searched. */
  readonly #searched = new Map<string, number>()
  #searching: string | undefined

  constructor(now: number) {
    this.#all = { credit: burst, at: now }
  }

  /** Whether one more probe may go to `host` now; it then counts. */
  take(host: string, why: 'usual' | 'search', now: number): boolean {
    refill(this.#all, rate, burst, now)
    if (this.#all.credit < 1) return false
    if (why === 'search') {
      if (this.#searching !== host) return false
    } else {
      const bucket = this.#bucketOf(host, now)
      if (bucket.credit < 1) return false
      bucket.credit--
    }
    this.#all.credit--
    return true
  }

  /** Whether a search of the ports of `host` may begin now; it then is under way until `endSearch`. */
  beginSearch(host: string, now: number): boolean {
    const last = this.#searched.get(host)
    if (this.#searching !== undefined || (last !== undefined && now - last < searchEvery)) return false
    this.#searching = host
    this.#searched.delete(host)
    this.#searched.set(host, now)
    if (this.#searched.size > maxHosts) this.#searched.delete(this.#searched.keys().next().value!)
    return true
  }

  endSearch(): void {
    this.#searching = undefined
  }

  #bucketOf(host: string, now: number): Bucket {
    const bucket = this.#hosts.get(host) ?? { credit: hostBurst, at: now }
    refill(bucket, hostRate, hostBurst, now)
    this.#hosts.delete(host)
    this.#hosts.set(host, bucket)
    if (this.#hosts.size > maxHosts) this.#hosts.delete(this.#hosts.keys().next().value!)
    return bucket
  }
}

function refill(bucket: Bucket, perSecond: number, most: number, now: number): void {
  bucket.credit = Math.min(most, bucket.credit + (Math.max(0, now - bucket.at) * perSecond) / 1000)
  bucket.at = now
}

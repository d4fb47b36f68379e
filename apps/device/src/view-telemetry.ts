/**
 * The agent's views: what `TrafficViews` found heaviest, with networks turned into the prefixes and origin ASes of the
 * routes that cover them.
 * @module
 */
import { formatAddress, octetsOfWords, parsePrefix } from '@vagus/address'
import type { View, ViewKey, ViewKind, ViewRecord } from '@vagus/bgp/telemetry'
import type { Speaker } from '@vagus/speaker'
import { type Heavy, networkLength, type TrafficViews } from './traffic-views.ts'

/** Records of a view. */
const most = 64
/** Lengths at which a covering route is looked for; a default route covers everything and says nothing. */
const shortest = { 4: 8, 6: 16 } as const
/** Milliseconds for which a route found, or not found, is believed. */
const believed = 60_000
/** Networks remembered; beyond, all are looked up again. */
const maxRemembered = 4096

interface Covering {
  readonly prefix: string
  readonly as: number | undefined
  readonly until: number
}

export class ViewMaker {
  readonly #traffic: TrafficViews
  readonly #speaker: Pick<Speaker, 'routes'>
  readonly #agent: bigint
  readonly #coverings = new Map<string, Covering>()
  /** Of the round before. */
  #rates: ReadonlyMap<string, number> = new Map()

  constructor(traffic: TrafficViews, speaker: Pick<Speaker, 'routes'>, agent: bigint) {
    this.#traffic = traffic
    this.#speaker = speaker
    this.#agent = agent
  }

  /** All views of the traffic that is known by now; none while nothing is. */
  async make(now: number): Promise<readonly View[]> {
    const seen = this.#traffic.seen(now)
    if (seen === undefined) {
      this.#rates = new Map()
      return []
    }
    const { ipv4, ipv6, window } = seen
    const seconds = window / 1000
    const rateOf = ({ octets }: Heavy): number => octets / seconds
    const destinations = seen.top('destination-network', most * 2)
    const sources = seen.top('source-network', most * 2)
    const toward = await this.#byRoute(destinations, now)
    const from = await this.#byRoute(sources, now)
    const rows: Readonly<Record<ViewKind, readonly (readonly [key: ViewKey, rate: number])[]>> = {
      'destination-prefix': sums(toward, rateOf, ({ prefix }) => [
        prefix,
        { type: 'prefix', prefix: parsePrefix(prefix) },
      ]),
      'source-prefix': sums(from, rateOf, ({ prefix }) => [prefix, { type: 'prefix', prefix: parsePrefix(prefix) }]),
      as: sums(toward, rateOf, ({ as }) => (as === undefined ? undefined : [String(as), { type: 'as', as }])),
      flow: seen.top('flow', most).map((one) => [flowKeyOf(one.key), rateOf(one)] as const),
      application: seen.top('application', most).map((one) => {
        return [{ type: 'application', name: this.#traffic.applicationName(one.key[0]!) }, rateOf(one)] as const
      }),
    }
    const total = ipv4 + ipv6
    const rates = new Map<string, number>()
    const views = Object.entries(rows).map(([kind, found]): View => {
      const records = found.slice(0, most).map(([key, rate]) => {
        const name = `${kind} ${JSON.stringify(key)}`
        rates.set(name, rate)
        return recordOf(key, rate, total, this.#rates.get(name))
      })
      const head = { sequence: now, agent: this.#agent, window: Math.round(window), totals: { ipv4, ipv6 } }
      return { kind: kind as ViewKind, ...head, records } // sound: a key of `rows`
    })
    this.#rates = rates
    return views
  }

  async #byRoute(heavy: readonly Heavy[], now: number): Promise<readonly (readonly [Heavy, Covering])[]> {
    const found: (readonly [Heavy, Covering])[] = []
    for (const one of heavy) found.push([one, await this.#covering(one.key, now)])
    return found
  }

  async #covering(key: Uint32Array, now: number): Promise<Covering> {
    const octets = octetsOfWords(key, 0)
    const version = key[1] === 0xffff && key[2] === 0 && key[3] === 0 ? 4 : 6
    const network = `${formatAddress(octets)}/${networkLength[version]}`
    const known = this.#coverings.get(network)
    if (known !== undefined && known.until > now) return known
    if (this.#coverings.size > maxRemembered) this.#coverings.clear()
    const found = await this.#lookUp(octets, version)
    const covering = { ...(found ?? { prefix: network, as: undefined }), until: now + believed }
    this.#coverings.set(network, covering)
    return covering
  }

  /** The longest route that covers the network, from its own length down. */
  async #lookUp(octets: Uint8Array, version: 4 | 6): Promise<Omit<Covering, 'until'> | undefined> {
    const family = version === 4 ? 'ipv4-unicast' : 'ipv6-unicast'
    for (let length: number = networkLength[version]; length >= shortest[version]; length--) {
      const bits = length + (version === 4 ? 96 : 0)
      const masked = octets.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))))
      const prefix = `${formatAddress(masked)}/${length}`
      const { routes } = await this.#speaker.routes({
        of: { table: 'adj-in', peer: 'router' },
        family,
        prefix,
        limit: 1,
      })
      const path = routes[0]?.paths[0]
      if (path !== undefined) return { prefix, as: path.attributes.asPath?.at(-1)?.as.at(-1) }
    }
    return undefined
  }
}

/** `before`: the rate of the window before, if it was told then. */
function recordOf(key: ViewKey, rate: number, total: number, before: number | undefined): ViewRecord {
  const change = before === undefined || before === 0 ? undefined : Math.round((rate / before - 1) * 100)
  const share = total > 0 ? Math.min(1000, Math.round((rate / total) * 1000)) : 0
  return { key, rate, share, ...(change === undefined ? {} : { trend: Math.max(-127, Math.min(127, change)) }) }
}

/** Rates by key, heaviest first. `named`: what a row counts for, as text and as key; undefined leaves it out. */
function sums(
  rows: readonly (readonly [Heavy, Covering])[],
  rateOf: (one: Heavy) => number,
  named: (covering: Covering) => readonly [string, ViewKey] | undefined,
): readonly (readonly [ViewKey, number])[] {
  const all = new Map<string, { readonly key: ViewKey; rate: number }>()
  for (const [heavy, covering] of rows) {
    const meant = named(covering)
    if (meant === undefined) continue
    const [text, key] = meant
    const sum = all.get(text) ?? { key, rate: 0 }
    sum.rate += rateOf(heavy)
    all.set(text, sum)
  }
  return [...all.values()].sort((one, other) => other.rate - one.rate).map(({ key, rate }) => [key, rate])
}

/** As `writeFiveTuple` laid it out. */
const flowKeyOf = (key: Uint32Array): ViewKey => ({
  type: 'flow',
  source: octetsOfWords(key, 0),
  destination: octetsOfWords(key, 4),
  protocol: key[9]!,
  sourcePort: key[8]! >>> 16,
  destinationPort: key[8]! & 0xffff,
})

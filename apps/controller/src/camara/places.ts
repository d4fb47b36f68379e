/** Where devices and application servers are: a site, and the prefixes of their packets. @module */
import type { AgentResource, Config } from '@vagus/api'
import type { ApplicationServer, CamaraDevice } from '@vagus/api/camara'
import type { Flow } from '@vagus/line'
import { directAddresses } from '../resources/agents.ts'
import { type Holding, proofOf, strengthOf } from '../whois/holding.ts'
import { placeAddress } from '../whois/place.ts'
import { CamaraError } from './camara-error.ts'
import { siteHolding, subnetOf } from './site-prefixes.ts'

export interface Place {
  readonly site: string
  /** As routers print them. */
  readonly prefixes: readonly string[]
}

export interface PlaceParts {
  readonly config: () => Pick<Config, 'sites' | 'devices'>
  /** By name or id. */
  readonly agentOf: (word: string) => Pick<AgentResource, 'id' | 'name' | 'locators'> | undefined
  /** Who is at an address or a port of it now, on what evidence; the strongest first. */
  readonly holdersOf: (address: string, port: number | undefined) => readonly Holding[]
}

export interface FoundDevice extends Place {
  /** The one identifier by which it was found. */
  readonly device: CamaraDevice
}

/** Steers of routers take no more prefixes of a kind. */
const maxPrefixes = 64

export class Places {
  readonly #parts: PlaceParts

  constructor(parts: PlaceParts) {
    this.#parts = parts
  }

  /**
   * By the first identifier that leads anywhere: the address in IPv6, that in IPv4, the name or id of an agent. What several
   * identifiers say is not compared. @throws {CamaraError}
   */
  device(device: CamaraDevice | undefined): FoundDevice {
    if (device === undefined)
      throw new CamaraError('MISSING_IDENTIFIER', 'name the device; no token here stands for one')
    const { ipv6Address, ipv4Address, networkAccessIdentifier } = device
    const ways = [
      ...(ipv6Address === undefined ? [] : [{ by: { ipv6Address }, find: () => this.#at([ipv6Address], undefined) }]),
      ...(ipv4Address === undefined ? [] : [{ by: { ipv4Address }, find: () => this.#atIpv4(ipv4Address) }]),
      ...(networkAccessIdentifier === undefined
        ? []
        : [{ by: { networkAccessIdentifier }, find: () => this.#ofAgent(networkAccessIdentifier) }]),
    ]
    if (ways.length === 0)
      throw new CamaraError(
        'UNSUPPORTED_IDENTIFIER',
        'no telephone numbers are known here; name the device by an address, or an agent in networkAccessIdentifier',
      )
    for (const { by, find } of ways) {
      const place = find()
      if (place !== undefined) return { device: by, ...place }
    }
    throw new CamaraError(
      'IDENTIFIER_NOT_FOUND',
      'the device is at no site of this network, and is no agent known here',
    )
  }

  /** @throws {CamaraError} where it is not whole at one site */
  server({ ipAddresses, ipv4Address, ipv6Address }: ApplicationServer): Place {
    const texts = ipAddresses ?? [ipv4Address, ipv6Address].filter((one) => one !== undefined)
    const { sites } = this.#parts.config()
    const found = texts.map((text) => {
      const subnet = subnetOf(text)
      if (subnet === undefined) throw new CamaraError('INVALID_ARGUMENT', `applicationServer: "${text}" is no subnet`)
      const site = siteHolding(subnet, sites)
      if (site === undefined)
        throw new CamaraError(
          'SERVICE_NOT_APPLICABLE',
          `applicationServer: ${text} is not whole within one site of this network`,
        )
      return { site, subnet }
    })
    const [{ site }] = found as [(typeof found)[number]] // sound: the schema wants one at least
    const other = found.find((one) => one.site !== site)
    if (other !== undefined)
      throw new CamaraError(
        'SERVICE_NOT_APPLICABLE',
        `applicationServer: its addresses are at ${site} and ${other.site}; create a session for each site`,
      )
    return { site, prefixes: [...new Set(found.map(({ subnet }) => subnet))] }
  }

  /** The address of its own first, then the one by which others know it. */
  #atIpv4({ publicAddress, privateAddress, publicPort }: NonNullable<CamaraDevice['ipv4Address']>): Place | undefined {
    const addresses = privateAddress === undefined ? [publicAddress] : [privateAddress, publicAddress]
    return this.#at(addresses, publicPort)
  }

  /** The first that is within a site; else where the agent is that is reached at the last one. */
  #at(addresses: readonly string[], port: number | undefined): Place | undefined {
    for (const address of addresses) {
      const prefix = subnetOf(address)
      const site = prefix && siteHolding(prefix, this.#parts.config().sites)
      if (prefix === undefined || site === undefined) continue
      this.#refuseMoved(address, site)
      return { site, prefixes: [prefix] }
    }
    const holder = this.#holderOf(addresses.at(-1)!, port)
    if (holder === undefined) return undefined
    if (holder.where !== undefined) throw moved(holder.place.address)
    return this.#ofAgent(holder.agent)
  }

  /** The only one on the strongest evidence. Any agent may claim any address: what nobody else says does not count. */
  #holderOf(text: string, port: number | undefined): Holding | undefined {
    const address = placeAddress(text)
    if (address === undefined) return undefined
    const [first, ...others] = this.#parts
      .holdersOf(address, port)
      .filter(({ speakers }) => proofOf(speakers) !== 'claimed')
    if (first === undefined) return undefined
    const isShared = others.some((one) => one.agent !== first.agent && strengthOf(one) === strengthOf(first))
    return isShared ? undefined : first
  }

  /** A router steers what comes from the site's own interface. */
  #refuseMoved(text: string, site: string): void {
    const address = placeAddress(text)
    const where = address && this.#parts.holdersOf(address, undefined).find((one) => one.where !== undefined)?.where
    if (where === undefined) return
    const { devices } = this.#parts.config()
    const isThere = devices.some(({ name, interfaces }) =>
      interfaces.some((one) => one.site === site && `${name} ${one.name}` === where),
    )
    if (!isThere) throw moved(text)
  }

  #ofAgent(word: string): Place | undefined {
    const agent = this.#parts.agentOf(word)
    if (agent === undefined) return undefined
    const { sites } = this.#parts.config()
    const found = directAddresses(agent.locators.flatMap(({ addresses }) => addresses)).flatMap((address) => {
      const prefix = subnetOf(address)
      const site = prefix && siteHolding(prefix, sites)
      return prefix === undefined || site === undefined ? [] : [{ site, prefix }]
    })
    const site = found[0]?.site
    // By an address that many share a consumer must not learn which agent is behind it.
    if (site === undefined)
      throw new CamaraError('SERVICE_NOT_APPLICABLE', 'the device publishes no address of a site of this network')
    const prefixes = new Set(found.flatMap((one) => (one.site === site ? [one.prefix] : [])))
    return { site, prefixes: [...prefixes].slice(0, maxPrefixes) }
  }
}

const moved = (address: string): CamaraError =>
  new CamaraError(
    'SERVICE_NOT_APPLICABLE',
    `${address} has moved away from its site, and no line follows an address that moves`,
  )

/** Packets between the two, of the IP versions that both have. @throws {CamaraError} */
export function flowBetween(device: Place, server: Place): Flow {
  if (device.site === server.site)
    throw new CamaraError(
      'SERVICE_NOT_APPLICABLE',
      `device and application server are both at ${device.site}: there is no network between them to hold anything`,
    )
  const isV6 = (prefix: string): boolean => prefix.includes(':')
  const shared = [true, false].filter((v6) => [device, server].every((one) => one.prefixes.some((p) => isV6(p) === v6)))
  if (shared.length === 0)
    throw new CamaraError('SERVICE_NOT_APPLICABLE', 'device and application server have no IP version in common')
  const kept = ({ prefixes }: Place) => prefixes.filter((prefix) => shared.includes(isV6(prefix)))
  return { from: kept(device), to: kept(server) }
}

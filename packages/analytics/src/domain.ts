/**
 * The analytics' view of the operator's domain, a subset of the configuration. Numbers in flow columns are indices in
 * these lists + 1; 0 is unknown.
 * @module
 */

export interface DomainInterface {
  /** Name on the device; links refer to it. */
  readonly name: string
  /** SNMP index, as in flow records. */
  readonly index: number
  /** Site or neighbour behind the interface, which makes it a boundary of the domain. */
  readonly site?: string | undefined
}

export interface DomainDevice {
  readonly name: string
  /** Source address of its flow exports. */
  readonly address: string
  readonly interfaces: readonly DomainInterface[]
}

export interface DomainSite {
  readonly name: string
  /** The longest match over all sites decides; a neighbour has 0.0.0.0/0 and ::/0. */
  readonly prefixes: readonly string[]
}

export interface DomainLinkEnd {
  /** Name of a device, a site or a neighbour. */
  readonly node: string
  /** Name of the interface, if the node is a device. */
  readonly interface?: string | undefined
}

export interface DomainLink {
  readonly name: string
  readonly a: DomainLinkEnd
  readonly z: DomainLinkEnd
  /** Bits per second. */
  readonly capacity: number
}

export interface Application {
  readonly name: string
  /** Ports, or ranges such as `6000-6063`. */
  readonly ports: readonly (number | string)[]
  readonly protocol: 'tcp' | 'udp' | 'any'
}

export interface Domain {
  readonly devices: readonly DomainDevice[]
  readonly sites: readonly DomainSite[]
  readonly links: readonly DomainLink[]
  readonly applications: readonly Application[]
}

/** Name for a number of a flow column, the index in the list + 1; `unknown` for 0 and numbers beyond the list. */
export function nameOf(list: readonly { readonly name: string }[], number: number): string {
  return list[number - 1]?.name ?? 'unknown'
}

/** The network that lines are laid through. Times are milliseconds since 1970, rates bits per second. @module */

export interface LineNetwork {
  readonly nodes: readonly LineNode[]
  readonly links: readonly CoreLink[]
  readonly attachments: readonly Attachment[]
  /** The SIDs of lines: an IPv6 prefix of 32 bits, as text. */
  readonly block: string
  /** Part of each link that lines may take together, 0..1. */
  readonly share: number
}

/** A router with an agent that can hold a part of a line. */
export interface LineNode {
  readonly name: string
  /** In its locators; 1..65,535, unique. */
  readonly number: number
  /** Why it takes no new lines now; undefined when it does. */
  readonly problem?: string
}

/** Between two nodes; both directions have the same capacity. */
export interface CoreLink {
  readonly name: string
  readonly a: { readonly node: string; readonly interface: string }
  readonly z: { readonly node: string; readonly interface: string }
  readonly bitsPerSecond: number
  /** One way, as measured; undefined where nobody knows. */
  readonly delayMs?: number
  readonly isUp: boolean
}

/** Where a site is attached: the end of a line (a service demarcation point of RFC 9543). */
export interface Attachment {
  readonly site: string
  readonly node: string
  readonly interface: string
  readonly bitsPerSecond: number
  /** As text, of either IP version. */
  readonly prefixes: readonly string[]
}

export type Direction = 'a-z' | 'z-a'

/** What is kept free on one link in one direction, from `from` (within) until `until` (without). */
export interface Booking {
  readonly line: string
  readonly link: string
  readonly direction: Direction
  /** On the wire. */
  readonly bitsPerSecond: number
  readonly from: number
  readonly until: number
}

/**
 * The memory range, source and arrival time of a datagram. To avoid a copy or a view per datagram, all positions are
 * positions in the memory that holds it.
 * @module
 */

/** Created once per collector and reused for each datagram. */
export interface Datagram {
  /** The memory that holds the datagram, and a view of it. */
  octets: Uint8Array
  view: DataView
  /** The datagram lies from octet `start` up to `end`. */
  start: number
  end: number
  /** 16 octets, IPv4 as ::ffff:a.b.c.d. */
  address: Uint8Array
  port: number
  /** Milliseconds since 1970. */
  now: number
}

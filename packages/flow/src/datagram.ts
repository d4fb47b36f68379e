/**
 * Where a datagram stands, and where it came from when. Nothing is copied and no view is made for each datagram: all
 * places in it are places in the memory that holds it.
 * @module
 */

/** Made once by its collector, and filled again for each datagram. */
export interface Datagram {
  /** The memory, and a view of the same. */
  octets: Uint8Array
  view: DataView
  /** From `start` up to `end`. */
  start: number
  end: number
  /** 16 octets, IPv4 as ::ffff:a.b.c.d. */
  address: Uint8Array
  port: number
  /** Milliseconds since 1970. */
  now: number
}

/**
 * What a rate that a site sees is on the wire: a line promises IP packets of 1,200 octets, each of which gets an outer IPv6
 * header, a routing header with one segment (RFC 8754 §2), and the header of the link.
 * @module
 */

const packet = 1200
const ipv6Header = 40
const routingHeader = 8 + 16
/** Ethernet, as Linux shapers count it: without preamble and check sequence. */
const linkHeader = 14
/** Octets around each packet of a line, below the header of the link. */
export const outerOctets = ipv6Header + routingHeader
const onTheWire = packet + outerOctets + linkHeader

/** Whole bits per second, rounded up. */
export const wireRate = (bitsPerSecond: number): number => Math.ceil((bitsPerSecond * onTheWire) / packet)

/** The most that a site can have where `wire` is free: whole kbit/s, as nobody orders less. */
export const rateWithin = (wire: number): number => Math.max(0, Math.floor((wire * packet) / onTheWire / 1000) * 1000)

/** With three digits, such as `21.3 Mbit/s`. */
export function rateText(bitsPerSecond: number): string {
  const [size, unit] = units.find(([least]) => bitsPerSecond >= least) ?? units.at(-1)!
  return `${Number((bitsPerSecond / size).toPrecision(3))} ${unit}`
}

const units = [
  [1e9, 'Gbit/s'],
  [1e6, 'Mbit/s'],
  [1e3, 'kbit/s'],
] as const

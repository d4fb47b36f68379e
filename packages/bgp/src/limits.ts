/**
 * Bounds on what peers can make us hold, with what happens at each.
 * @module
 */

/** Octets of the longest message without the Extended Message capability (RFC 4271 §4.1); longer: NOTIFICATION 1/2. */
export const maxMessageOctets = 4096

/** Octets of the longest message with it (RFC 8654 §4). OPEN and KEEPALIVE keep the smaller bound. */
export const maxExtendedMessageOctets = 65535

/**
 * Different attribute blocks that one table keeps. A full table of the Internet has about 250,000. A route with one
 * more is refused, which ends the session with Cease, Out of Resources.
 */
export const defaultMaxAttributeSets = 1_000_000

/** Octets of all attribute blocks of one table; as above. */
export const defaultMaxAttributeOctets = 256 * 1024 * 1024

/** Prefixes of one family of one peer: twice the Internet's. Above: Cease, Maximum Number of Prefixes (RFC 4486). */
export const defaultMaxPrefixes = 2_000_000

/** NLRI of one family of one peer that are kept as octets, such as BGP-LS. Above: as for prefixes. */
export const defaultMaxNlri = 200_000

/** Octets of those NLRI, of which each may have 65,535; they are held twice. Above: as for prefixes. */
export const defaultMaxNlriOctets = 64 * 1024 * 1024

/** Prefixes of all peers that share one table, about 800 MB. Above: as at the limit of the peer that sends one more. */
export const maxPrefixSlots = 2 ** 24 - 1

/** Paths of one prefix from one peer with ADD-PATH; routes of one more are ignored and counted. */
export const maxPathsPerPrefix = 64

/** Peers of one Loc-RIB: a best route names its peer in 16 bits. One more is refused. */
export const maxPeers = 1024

/** Octets of a BMP message: the largest holds an UPDATE of 65,535. Above: the connection ends. */
export const maxBmpOctets = 131_072

/** Peers of one router over BMP; what is said of one more is ignored. */
export const maxMonitoredPeers = 4096

/** Numbers of one Statistics Report, of some twenty types and by family; more are left out. */
export const maxBmpCounters = 256

/** Faults that are reported of one UPDATE; one more takes the place of a weaker one, or is not told. */
export const maxFaultsPerUpdate = 16

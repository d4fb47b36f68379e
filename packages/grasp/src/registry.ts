/** Numbers of RFC 8990: constants (§2.6), message types and options (§4, IANA registry "GRASP Parameters"). @module */

/** Constants of RFC 8990 §2.6, and what its sections say in words. Times in milliseconds, sizes in octets. */
export const grasp = {
  /** ALL_GRASP_NEIGHBORS: ff02::13; in IPv4 224.0.0.119. */
  neighborsIpv6: 'ff02::13',
  neighborsIpv4: '224.0.0.119',
  /** GRASP_LISTEN_PORT, UDP. */
  listenPort: 7017,
  /** GRASP_DEF_TIMEOUT. */
  timeoutMs: 60_000,
  /** GRASP_DEF_LOOPCT. */
  loopCount: 6,
  /** GRASP_DEF_MAX_SIZE of a unicast message. */
  maxSize: 2048,
  /** The CBOR of a multicast message: an IPv6 packet of 1280 octets, never fragmented (§2.5.3). */
  maxMulticastSize: 1232,
  /** Discovery: this times the loop count (§2.5.4.3, §2.5.4.4). */
  discoveryTimeoutPerLoopMs: 100,
  /** A discovery response with ttl 0 lives "significantly more than" `timeoutMs` (§2.5.4.1). */
  responseTtlMs: 600_000,
} as const

/** Every message type with its form, RFC 8990 §2.8. */
export const messageTypes = [
  { code: 0, name: 'noop', form: '[0]' },
  { code: 1, name: 'discovery', form: '[1, session-id, initiator, objective]' },
  { code: 2, name: 'response', form: '[2, session-id, initiator, ttl, (+locator // divert), ?objective]' },
  { code: 3, name: 'request-negotiation', form: '[3, session-id, objective]' },
  { code: 4, name: 'request-synchronization', form: '[4, session-id, objective]' },
  { code: 5, name: 'negotiate', form: '[5, session-id, objective]' },
  { code: 6, name: 'end', form: '[6, session-id, accept / decline]' },
  { code: 7, name: 'wait', form: '[7, session-id, waiting-time]' },
  { code: 8, name: 'synch', form: '[8, session-id, objective]' },
  { code: 9, name: 'flood', form: '[9, session-id, initiator, ttl, +[objective, (locator / [])]]' },
  { code: 99, name: 'invalid', form: '[99, session-id, ?any]' },
] as const

export type MessageTypeName = (typeof messageTypes)[number]['name']

/** The code of each message type. */
export const messageCode = Object.fromEntries(messageTypes.map(({ name, code }) => [name, code])) as Readonly<
  Record<MessageTypeName, number>
>

/** Options, RFC 8990 §2.9. */
export const optionCode = {
  divert: 100,
  accept: 101,
  decline: 102,
  ipv6Locator: 103,
  ipv4Locator: 104,
  fqdnLocator: 105,
  uriLocator: 106,
} as const

/** Bits of an objective's flags, RFC 8990 §2.10.2. Bits without a meaning yet are kept. */
export const objectiveFlag = { discovery: 1, negotiation: 2, synchronization: 4, dryRun: 8 } as const

/** Transports that a locator may name, by IP protocol number. */
export const transportProtocol = { tcp: 6, udp: 17 } as const
export type TransportProtocol = (typeof transportProtocol)[keyof typeof transportProtocol]

/** Objectives that exist for use without a secure substrate (RFC 8994 §6.4, RFC 8995 §4.1.1). */
export const dullObjectiveNames: readonly string[] = ['AN_ACP', 'AN_Proxy']

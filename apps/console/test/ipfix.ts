/**
 * IPFIX messages for tests (RFC 7011 §3): one template for IPv4, one for IPv6, then records.
 *
 *   message  version 10 | length | export time | sequence number | observation domain
 *   set      set id (2 = templates, 256… = data) | length | …
 */

export interface FlowRecord {
  readonly version: 4 | 6
  /** The last octet of source and destination address; both prefixes are fixed, see `sourcePrefix`. */
  readonly source: number
  readonly octets: number
}

/** Sources are 10.1.0.x and 2001:db8:1::x, destinations 10.2.0.1 and 2001:db8:2::1. */
const addresses = {
  4: { source: [10, 1, 0], destination: [10, 2, 0] },
  6: {
    source: [0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    destination: [0x20, 0x01, 0x0d, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  },
} as const

/** Information elements with their lengths: addresses, ports, protocol, octets, packets, interfaces, start and end in ms. */
const elementsOf = (version: 4 | 6): readonly (readonly [number, number])[] => [
  version === 4 ? [8, 4] : [27, 16],
  version === 4 ? [12, 4] : [28, 16],
  [7, 2],
  [11, 2],
  [4, 1],
  [1, 8],
  [2, 8],
  [10, 4],
  [14, 4],
  [152, 8],
  [153, 8],
]

const octetsOf = (value: number | bigint, length: number): number[] =>
  Array.from({ length }, (_, index) => Number((BigInt(value) >> BigInt(8 * (length - 1 - index))) & 255n))

const setOf = (id: number, content: readonly number[]): number[] => [
  ...octetsOf(id, 2),
  ...octetsOf(content.length + 4, 2),
  ...content,
]

const templateOf = (version: 4 | 6): number[] => {
  const elements = elementsOf(version)
  const fields = elements.flatMap(([id, length]) => [...octetsOf(id, 2), ...octetsOf(length, 2)])
  return [...octetsOf(254 + version, 2), ...octetsOf(elements.length, 2), ...fields]
}

function recordOf({ version, source, octets }: FlowRecord, now: number): number[] {
  const { source: from, destination } = addresses[version]
  return [
    ...from,
    source,
    ...destination,
    1,
    ...octetsOf(40_000 + source, 2),
    ...octetsOf(443, 2),
    6,
    ...octetsOf(octets, 8),
    ...octetsOf(Math.ceil(octets / 1000), 8),
    ...octetsOf(1, 4),
    ...octetsOf(2, 4),
    ...octetsOf(now - 1000, 8),
    ...octetsOf(now, 8),
  ]
}

/** One message with both templates and the records. `sequence` counts the records sent before. `now` in ms. */
export function ipfixMessage(records: readonly FlowRecord[], sequence: number, now: number): Uint8Array {
  const sets = [
    ...setOf(2, [...templateOf(4), ...templateOf(6)]),
    ...([4, 6] as const).flatMap((version) => {
      const own = records.filter((record) => record.version === version)
      return own.length === 0
        ? []
        : setOf(
            254 + version,
            own.flatMap((record) => recordOf(record, now)),
          )
    }),
  ]
  const head = [
    ...octetsOf(10, 2),
    ...octetsOf(sets.length + 16, 2),
    ...octetsOf(Math.floor(now / 1000), 4),
    ...octetsOf(sequence, 4),
    ...octetsOf(1, 4),
  ]
  return Uint8Array.from([...head, ...sets])
}

/**
 * IPFIX datagrams for measuring: 20 fields a record, one third IPv6, Zipf-like hosts, about 1.35 kB each (RFC 7011).
 * Seeded, so that each receiver gets the same.
 * @module
 */
import { Writer } from '@vagus/wire'

/** Information elements of a record: [id, octets]; addresses differ by template. */
const shared: readonly (readonly [number, number])[] = [
  [152, 8], // flowStartMilliseconds
  [153, 8], // flowEndMilliseconds
  [1, 8], // octetDeltaCount
  [2, 8], // packetDeltaCount
  [10, 4], // ingressInterface
  [14, 4], // egressInterface
  [16, 4], // bgpSourceAsNumber
  [17, 4], // bgpDestinationAsNumber
  [7, 2], // sourceTransportPort
  [11, 2], // destinationTransportPort
  [4, 1], // protocolIdentifier
  [6, 1], // tcpControlBits
  [5, 1], // ipClassOfService
  [60, 1], // ipVersion
  [9, 1], // sourceIPv4PrefixLength
  [13, 1], // destinationIPv4PrefixLength
  [61, 1], // flowDirection
  [136, 1], // flowEndReason
]
const templates = [
  { id: 256, addresses: [8, 12], octets: 4 },
  { id: 257, addresses: [27, 28], octets: 16 },
] as const
const hosts = 20_000

export interface Workload {
  /** Sent first, once per source port. */
  readonly template: Uint8Array<ArrayBuffer>
  readonly data: readonly { readonly datagram: Uint8Array<ArrayBuffer>; readonly records: number }[]
}

/** `count` different data datagrams; `now` in milliseconds since 1970 is the end of their records. */
export function makeWorkload(count: number, now: number, seed = 7): Workload {
  const random = mulberry32(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  // Zipf with exponent 1 by inverting its integral: rank = N^u.
  const host = (): number => Math.floor(hosts ** random())

  const record = (w: Writer, version: 4 | 6): void => {
    const length = 64 + below(4) * 400
    w.uint64(BigInt(now - 1000 - below(9000)))
    w.uint64(BigInt(now - below(1000)))
    const packets = 1 + Math.floor(20 ** (random() * 2))
    w.uint64(BigInt(packets * length))
    w.uint64(BigInt(packets))
    for (const limit of [24, 24]) w.uint32(1 + below(limit))
    for (let i = 0; i < 2; i++) w.uint32(64_500 + (host() % 400))
    w.uint16(1024 + below(60_000))
    w.uint16([443, 8443, 53, 8080, 5004][below(5)]!)
    for (const value of [below(3) === 0 ? 17 : 6, 0x1b, 0, version, 24, 24, below(2), 3]) w.uint8(value)
    for (let i = 0; i < 2; i++) address(w, version, host())
  }

  return {
    template: message((w) => {
      for (const { id, addresses, octets } of templates) {
        w.uint16(2)
        const fields = [...shared, ...addresses.map((element) => [element, octets] as const)]
        w.uint16(8 + 4 * fields.length)
        w.uint16(id)
        w.uint16(fields.length)
        for (const [element, length] of fields) {
          w.uint16(element)
          w.uint16(length)
        }
      }
    }, now),
    data: Array.from({ length: count }, () => {
      const recordsOf = { 4: 11 + below(2), 6: 5 + below(2) } as const
      const datagram = message((w) => {
        for (const version of [4, 6] as const) {
          w.uint16(version === 4 ? 256 : 257)
          const body = new Writer(2048)
          for (let i = 0; i < recordsOf[version]; i++) record(body, version)
          w.uint16(4 + body.length)
          w.octets(body.finish())
        }
      }, now)
      return { datagram, records: recordsOf[4] + recordsOf[6] }
    }),
  }
}

function address(w: Writer, version: 4 | 6, host: number): void {
  if (version === 4) w.uint32(0x0a000000 + host)
  else for (const word of [0x20010db8, host >>> 8, 0, host]) w.uint32(word)
}

/** An IPFIX message; sequence number and domain (octets 8..15) are set when it is sent. */
function message(body: (w: Writer) => void, now: number): Uint8Array<ArrayBuffer> {
  const content = new Writer(2048)
  body(content)
  const w = new Writer(2048)
  w.uint16(10)
  w.uint16(16 + content.length)
  w.uint32(Math.floor(now / 1000))
  w.uint32(0)
  w.uint32(0)
  w.octets(content.finish())
  return w.finish()
}

/** Tommy Ettinger's 32-bit generator: small, and good enough to spread addresses. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

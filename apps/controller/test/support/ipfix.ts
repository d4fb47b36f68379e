/** IPFIX and NetFlow v5 datagrams for tests, written by hand from RFC 7011 §3 and Cisco's NetFlow v5 format. */

export interface TestFlow {
  readonly src: string
  readonly dst: string
  readonly octets: number
  readonly packets?: number
  readonly srcPort?: number
  readonly dstPort?: number
  /** Of both, as softflowd has it. */
  readonly interface?: number
  /** Milliseconds since 1970. */
  readonly end: number
}

/** Element and length in octets; addresses differ by version. */
const common = [
  [1, 8], // octetDeltaCount
  [2, 8], // packetDeltaCount
  [152, 8], // flowStartMilliseconds
  [153, 8], // flowEndMilliseconds
  [7, 2], // sourceTransportPort
  [11, 2], // destinationTransportPort
  [10, 4], // ingressInterface
  [14, 4], // egressInterface
  [4, 1], // protocolIdentifier
] as const
const fieldsOf = { 256: [[8, 4], [12, 4], ...common], 257: [[27, 16], [28, 16], ...common] } as const

/** A template set with the templates 256 (IPv4) and 257 (IPv6). */
export function templateSet(): Buffer {
  const templates = ([256, 257] as const).map((id) =>
    Buffer.concat([uint(2, id), uint(2, fieldsOf[id].length), ...fieldsOf[id].flat().map((n) => uint(2, n))]),
  )
  return set(2, Buffer.concat(templates))
}

/** Data sets of both versions, as far as there are flows. */
export function dataSets(flows: readonly TestFlow[]): Buffer {
  const ipv4 = flows.filter(({ src }) => !src.includes(':'))
  const ipv6 = flows.filter(({ src }) => src.includes(':'))
  return Buffer.concat([
    ...(ipv4.length > 0 ? [set(256, Buffer.concat(ipv4.map(record)))] : []),
    ...(ipv6.length > 0 ? [set(257, Buffer.concat(ipv6.map(record)))] : []),
  ])
}

/** A message; `sequence` counts data records sent before (RFC 7011 §3.1). */
export function message(sequence: number, at: number, ...sets: readonly Buffer[]): Buffer {
  const body = Buffer.concat(sets)
  return Buffer.concat([
    uint(2, 10),
    uint(2, 16 + body.length),
    uint(4, Math.floor(at / 1000)),
    uint(4, sequence),
    uint(4, 0),
    body,
  ])
}

function record(flow: TestFlow): Buffer {
  const { src, dst, octets, packets = 1, srcPort = 1024, dstPort = 443, interface: index = 0, end } = flow
  return Buffer.concat([
    addressOctets(src),
    addressOctets(dst),
    uint(8, octets),
    uint(8, packets),
    uint(8, end - 1),
    uint(8, end),
    uint(2, srcPort),
    uint(2, dstPort),
    uint(4, index),
    uint(4, index),
    uint(1, 6),
  ])
}

/** NetFlow v5 with one flow; `sequence` counts flows sent before. */
export function netflow5(sequence: number, { src, dst, octets, packets = 1, end }: TestFlow): Buffer {
  const uptime = 3_600_000
  const header = [uint(2, 5), uint(2, 1), uint(4, uptime), uint(4, Math.floor(end / 1000)), uint(4, (end % 1000) * 1e6)]
  const counts = [uint(4, packets), uint(4, octets), uint(4, uptime - 1000), uint(4, uptime)]
  return Buffer.concat([
    ...header,
    uint(4, sequence),
    Buffer.alloc(4), // engine, sampling
    addressOctets(src),
    addressOctets(dst),
    Buffer.alloc(4), // next hop
    uint(2, 0),
    uint(2, 0),
    ...counts,
    uint(2, 1024),
    uint(2, 443),
    Buffer.from([0, 0x18, 6, 0]),
    Buffer.alloc(8), // AS numbers, masks, padding
  ])
}

const set = (id: number, body: Buffer): Buffer => Buffer.concat([uint(2, id), uint(2, 4 + body.length), body])

function uint(size: 1 | 2 | 4 | 8, value: number): Buffer {
  const octets = Buffer.alloc(size)
  if (size === 8) octets.writeBigUInt64BE(BigInt(value))
  else octets.writeUIntBE(value, 0, size)
  return octets
}

/** Only the spellings that the tests use: full IPv4, and IPv6 with one `::`. */
function addressOctets(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number))
  const [head = '', tail = ''] = text.split('::')
  const words = (part: string): number[] => (part === '' ? [] : part.split(':').map((word) => parseInt(word, 16)))
  const gap = Array.from({ length: 8 - words(head).length - words(tail).length }, () => 0)
  return Buffer.concat([...words(head), ...gap, ...words(tail)].map((word) => uint(2, word)))
}

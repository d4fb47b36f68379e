/**
 * The first octets of every stream and datagram: 1 length, protocol, and for a stream 1 priority. An empty protocol
 * means an exchange.
 * @module
 */
import type { Service } from '../service.ts'

export const exchangeProtocol = ''
/** Maximum for our own protocols; others may send longer ones. */
export const maxProtocolOctets = 64
const maxOctets = 255
export const defaultPriority = 3

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function protocolOctets({ protocol }: Service): Uint8Array {
  const octets = encoder.encode(protocol)
  if (octets.length > maxProtocolOctets)
    throw new RangeError(
      `"protocol" must have 1..${maxProtocolOctets} octets, got ${octets.length}: ${protocol.slice(0, 80)}`,
    )
  return octets
}

export function streamHeader(service: Service): Uint8Array {
  const protocol = protocolOctets(service)
  const header = new Uint8Array(protocol.length + 2)
  header[0] = protocol.length
  header.set(protocol, 1)
  header[protocol.length + 1] = service.priority ?? defaultPriority
  return header
}

export interface StreamHeader {
  readonly protocol: string
  readonly priority: number
  /** What followed it. */
  readonly rest: Uint8Array
}

/** `undefined` if more octets are needed. */
export function readStreamHeader(octets: Uint8Array): StreamHeader | undefined {
  const end = 1 + (octets[0] ?? maxOctets)
  if (octets.length <= end) return undefined
  const protocol = decoder.decode(octets.subarray(1, end))
  return { protocol, priority: octets[end]!, rest: octets.subarray(end + 1) }
}

export function datagramWith(service: Service, octets: Uint8Array): Uint8Array {
  const protocol = protocolOctets(service)
  const whole = new Uint8Array(1 + protocol.length + octets.length)
  whole[0] = protocol.length
  whole.set(protocol, 1)
  whole.set(octets, 1 + protocol.length)
  return whole
}

/** `undefined` if it is too short. */
export function readDatagram(
  whole: Uint8Array,
): { readonly protocol: string; readonly octets: Uint8Array } | undefined {
  const end = 1 + (whole[0] ?? maxOctets)
  if (whole.length < end) return undefined
  return { protocol: decoder.decode(whole.subarray(1, end)), octets: whole.subarray(end) }
}

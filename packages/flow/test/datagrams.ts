/** Writes export datagrams for tests: NetFlow v5, v9, IPFIX and sFlow v5, as their specifications state. @module */

/** The octets of a text such as `'10 0a ff'`. */
export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(/\s+/g, ''), 'hex'))

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** `value` as `length` octets, most significant first. */
export function number(value: number | bigint, length: number): Uint8Array {
  const octets = new Uint8Array(length)
  let rest = BigInt(value)
  for (let index = length - 1; index >= 0; index--) {
    octets[index] = Number(rest & 255n)
    rest >>= 8n
  }
  return octets
}

export type Field = readonly [element: number, length: number, enterprise?: number]

const specifier = ([element, length, enterprise]: Field): Uint8Array =>
  enterprise === undefined
    ? concat(number(element, 2), number(length, 2))
    : concat(number(element | 0x8000, 2), number(length, 2), number(enterprise, 4))

export const set = (id: number, body: Uint8Array): Uint8Array => concat(number(id, 2), number(body.length + 4, 2), body)

/** Template records of RFC 7011 §3.4.1, which NetFlow v9 shares. */
export const template = (id: number, fields: readonly Field[]): Uint8Array =>
  concat(number(id, 2), number(fields.length, 2), ...fields.map(specifier))

/** RFC 7011 §3.4.2.2. */
export const optionsTemplate = (id: number, scopeCount: number, fields: readonly Field[]): Uint8Array =>
  concat(number(id, 2), number(fields.length, 2), number(scopeCount, 2), ...fields.map(specifier))

/** RFC 3954 §6.1. */
export const netflow9OptionsTemplate = (id: number, scope: readonly Field[], fields: readonly Field[]): Uint8Array =>
  concat(
    number(id, 2),
    number(scope.length * 4, 2),
    number(fields.length * 4, 2),
    ...[...scope, ...fields].map(specifier),
  )

export interface Header {
  readonly sequence?: number
  readonly domain?: number
  readonly uptime?: number
  readonly seconds?: number
}

/** RFC 7011 §3.1. */
export const ipfix = (header: Header, ...sets: readonly Uint8Array[]): Uint8Array => {
  const body = concat(...sets)
  return concat(
    number(10, 2),
    number(body.length + 16, 2),
    number(header.seconds ?? 1_700_000_000, 4),
    number(header.sequence ?? 0, 4),
    number(header.domain ?? 0, 4),
    body,
  )
}

/** RFC 3954 §5.1. */
export const netflow9 = (header: Header, ...sets: readonly Uint8Array[]): Uint8Array =>
  concat(
    number(9, 2),
    number(sets.length, 2),
    number(header.uptime ?? 100_000, 4),
    number(header.seconds ?? 1_700_000_000, 4),
    number(header.sequence ?? 0, 4),
    number(header.domain ?? 0, 4),
    ...sets,
  )

export const netflow5 = (
  header: Header & { readonly nanoseconds?: number; readonly sampling?: number },
  ...records: readonly Uint8Array[]
): Uint8Array =>
  concat(
    number(5, 2),
    number(records.length, 2),
    number(header.uptime ?? 100_000, 4),
    number(header.seconds ?? 1_700_000_000, 4),
    number(header.nanoseconds ?? 0, 4),
    number(header.sequence ?? 0, 4),
    number(header.domain ?? 0, 2),
    number(header.sampling ?? 0, 2),
    ...records,
  )

/** One NetFlow v5 record: 10.0.0.1 port 1024 to 10.0.0.2 port 443, 3 packets, 180 octets. */
export const netflow5Record = hex(`
  0a000001 0a000002 00000000 0003 0004  00000003 000000b4  00014c08 00015f90
  0400 01bb 00 1b 06 b8  fde9 fdea 18 20 0000`)

/** The source 192.0.2.`host`, as in all tests. */
export const exporterAt = (host: number, port = 2055): { readonly address: Uint8Array; readonly port: number } => ({
  address: new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, host]),
  port,
})

/** Source, destination, octets, packets, protocol, ports: 22 octets a record. */
export const plainFields: readonly Field[] = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
  [4, 1],
  [6, 1],
  [7, 2],
  [11, 2],
]

/** A record of `plainFields`, from 10.0.0.`host` to 10.0.1.1 with `octets`. */
export const plainRecord = (host: number, octets = 1000): Uint8Array =>
  concat(hex('0a0000'), number(host, 1), hex('0a000101'), number(octets, 4), number(2, 4), hex('06 18 c000 01bb'))

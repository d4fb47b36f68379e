/**
 * Reads NetFlow v9 and IPFIX records field by field, in the plainest way, as a reference for the compiled decoders.
 * Templates come from a collector's snapshot.
 * @module
 */
import type { CollectorSnapshot } from '../src/index.ts'

export interface PlainRecord {
  readonly protocol: 9 | 10
  readonly setId: number
  readonly isOptions: boolean
  /** The header of the message. */
  readonly exportMs: number
  readonly uptimeMs: number
  readonly sequence: number
  /** Octets by "enterprise/element"; the first field if a template repeats an element. */
  readonly fields: ReadonlyMap<string, Uint8Array>
}

export function* plainRecords(payloads: readonly Uint8Array[], snapshot: CollectorSnapshot): Iterable<PlainRecord> {
  for (const payload of payloads) yield* recordsOf(payload, snapshot)
}

function* recordsOf(payload: Uint8Array, snapshot: CollectorSnapshot): Iterable<PlainRecord> {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const protocol = view.getUint16(0)
  if (protocol !== 9 && protocol !== 10) return
  const domain = view.getUint32(protocol === 9 ? 16 : 12)
  const header = {
    protocol,
    exportMs: view.getUint32(protocol === 9 ? 8 : 4) * 1000,
    uptimeMs: protocol === 9 ? view.getUint32(4) : 0,
    sequence: view.getUint32(protocol === 9 ? 12 : 8),
  } as const
  const name = protocol === 9 ? 'netflow9' : 'ipfix'
  for (let at = protocol === 9 ? 20 : 16; at + 4 <= payload.length;) {
    const setId = view.getUint16(at)
    const end = Math.min(at + view.getUint16(at + 2), payload.length)
    if (end <= at) return
    const template = snapshot.streams
      .filter((stream) => stream.protocol === name && stream.domain === domain)
      .flatMap((stream) => stream.templates)
      .find(({ id }) => id === setId)
    at += 4
    if (template) {
      for (let next = at; next < end;) {
        const record = fieldsOf(payload, next, template.fields)
        if (record.next > end || record.next === next) break
        yield { ...header, setId, isOptions: template.scopeCount > 0, fields: record.fields }
        next = record.next
      }
    }
    at = end
  }
}

type Specifiers = CollectorSnapshot['streams'][number]['templates'][number]['fields']

function fieldsOf(
  payload: Uint8Array,
  at: number,
  specifiers: Specifiers,
): { readonly fields: ReadonlyMap<string, Uint8Array>; readonly next: number } {
  const fields = new Map<string, Uint8Array>()
  let next = at
  for (let index = 0; index < specifiers.length; index += 3) {
    const [element, length, enterprise] = specifiers.slice(index, index + 3) as [number, number, number]
    let octets: number = length
    if (length === 65535) {
      octets = payload[next++] ?? 0
      if (octets === 255) {
        octets = ((payload[next] ?? 0) << 8) | (payload[next + 1] ?? 0)
        next += 2
      }
    }
    const key = `${enterprise}/${element}`
    if (!fields.has(key)) fields.set(key, payload.subarray(next, next + octets))
    next += octets
  }
  return { fields, next }
}

export const unsigned = (octets: Uint8Array): bigint =>
  octets.reduce((value, octet) => value * 256n + BigInt(octet), 0n)

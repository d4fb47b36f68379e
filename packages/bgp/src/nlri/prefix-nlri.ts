/**
 * Prefixes of an UPDATE as values, for few of them; tables read theirs through `PrefixCursor`.
 * @module
 */
import type { Prefix } from '@vagus/address'
import { Writer } from '@vagus/wire'
import { PrefixCursor } from './prefix-cursor.ts'

/** `pathId` only where ADD-PATH was negotiated (RFC 7911). */
export interface PrefixNlri {
  readonly prefix: Prefix
  readonly pathId?: number
}

/** The prefixes in `octets`, which must have passed `faultOfNlri`. */
export function readPrefixes(octets: Uint8Array, version: 4 | 6, pathIds: 'path-ids' | 'none'): readonly PrefixNlri[] {
  const cursor = new PrefixCursor().start(octets, 0, octets.length, version, pathIds)
  const found: PrefixNlri[] = []
  while (cursor.next()) {
    const prefix = { version, octets: octetsOf(cursor.words, 0, version), length: cursor.length }
    found.push(pathIds === 'path-ids' ? { prefix, pathId: cursor.pathId } : { prefix })
  }
  return found
}

/** 16 octets from the words of a table or a cursor; IPv4 has one word and is mapped. */
export function octetsOf(words: Uint32Array, at: number, version: 4 | 6): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(16)
  const view = new DataView(octets.buffer)
  if (version === 4) view.setUint32(8, 0xffff)
  const count = version === 4 ? 1 : 4
  for (let word = 0; word < count; word++) view.setUint32(12 - 4 * word, words[at + word]!)
  return octets
}

/** @throws {RangeError} when one has a path identifier and another has none */
export function writePrefixes(prefixes: readonly PrefixNlri[]): Uint8Array<ArrayBuffer> {
  const w = new Writer()
  const hasPathId = prefixes[0]?.pathId !== undefined
  for (const { prefix, pathId } of prefixes) {
    if ((pathId !== undefined) !== hasPathId) throw new RangeError('either every prefix has a "pathId" or none')
    if (pathId !== undefined) w.uint32(pathId)
    w.uint8(prefix.length)
    const first = prefix.version === 4 ? 12 : 0
    w.octets(prefix.octets.subarray(first, first + ((prefix.length + 7) >> 3)))
  }
  return w.finish()
}

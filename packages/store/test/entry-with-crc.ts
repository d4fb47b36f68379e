/** Entries of version 1 of the log. */
import { crc32 } from 'node:zlib'

/** The octets of the same entry with the checksum of version 1. */
export function withCrc(entry: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const old = entry.slice()
  const view = new DataView(old.buffer)
  view.setUint16(4, 1, true)
  view.setUint32(36, crc32(old.subarray(40), crc32(old.subarray(0, 36))), true)
  return old
}

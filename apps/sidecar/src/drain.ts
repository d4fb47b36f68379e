/** Waits while whoever reads is slower than we write. @module */
import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Fulfilled once `octets` are with `stream` and it wants more, or once it is closed. */
export async function writeTo(stream: Writable, octets: Uint8Array): Promise<void> {
  if (octets.length === 0 || stream.write(octets) || stream.destroyed) return
  const settled = new AbortController()
  const { signal } = settled
  await Promise.race(['drain', 'close'].map((event) => once(stream, event, { signal }))).finally(() => settled.abort())
}

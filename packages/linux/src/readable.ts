/** Waiting for several sockets at once: poll(2) on a thread of the pool, so that the caller's event loop goes on. @module */
import { libc, linux } from './libc.ts'

const descriptorOctets = 8

/** Resolves when one of the sockets has something, or after `milliseconds`. Wait for it before closing a socket. */
export type Readable = (milliseconds: number) => Promise<'readable' | 'timeout'>

export function readableOf(sockets: readonly { readonly fd: number }[]): Readable {
  const descriptors = new Uint8Array(sockets.length * descriptorOctets)
  const view = new DataView(descriptors.buffer)
  for (const [index, { fd }] of sockets.entries()) {
    view.setInt32(index * descriptorOctets, fd, true)
    view.setInt16(index * descriptorOctets + 4, linux.POLLIN, true)
  }
  return async (milliseconds) =>
    (await libc().poll(descriptors, sockets.length, milliseconds)) > 0 ? 'readable' : 'timeout'
}

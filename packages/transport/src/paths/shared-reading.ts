/**
 * Lets sockets read into shared memory. Otherwise each read gets 64 KiB of fresh memory, which the garbage collector
 * then has to find: that takes three times as long as the read itself.
 * @module
 */
import { Socket } from 'node:net'
import { uninitialized } from '../packet-memory.ts'

/** Room for four long records per read. A socket reads in its own turn and empties it before the next socket's turn. */
const room = uninitialized(256 << 10)

/** Node's property for the handle under a socket: undocumented, but unchanged since there are streams. */
const handleOf = '_handle'

/** Receives what arrived; `chunk` is valid until it returns. */
export type Take = (chunk: Uint8Array) => void

/** The option of a new socket that makes it give `take` what arrives. */
export function sharedReading(take: Take): {
  readonly buffer: Uint8Array
  readonly callback: (count: number) => boolean
} {
  return {
    buffer: room,
    callback: (count) => {
      take(room.subarray(0, count))
      return true
    },
  }
}

/**
 * The same for a socket accepted by a server (with `pauseOnConnect`), which has no such option: a new socket takes over
 * its handle. If Node has no such handle, the socket is read as usual.
 */
export function readShared(accepted: Socket & { [handleOf]?: unknown }, take: Take): Socket {
  const handle = accepted[handleOf]
  if (typeof handle !== 'object' || handle === null) return accepted.on('data', take)
  accepted[handleOf] = null
  accepted.destroy() // so that the server no longer counts it
  const socket = new Socket({ handle, readable: true, writable: true, onread: sharedReading(take) } as object)
  return socket.resume()
}

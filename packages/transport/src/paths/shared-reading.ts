/**
 * Lets sockets read into memory that they share. A socket that does not is given 64 KiB of fresh memory for each read,
 * which the garbage collector then has to find: that takes three times as long as the reading itself.
 * @module
 */
import { Socket } from 'node:net'
import { uninitialized } from '../packet-memory.ts'

/** Four long records in one read. It is read by whoever's turn it is, and empty again before the next. */
const room = uninitialized(256 << 10)

/** Node's name for what is under a socket: it is not documented, and has been this one since there are streams. */
const handleOf = '_handle'

/** What arrived, until it returns. */
export type Take = (chunk: Uint8Array) => void

/** The option of a new socket that lets it give `take` what arrives. */
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
 * The same for a socket that a server accepted (with `pauseOnConnect`), which takes no such option: another one takes its
 * handle over. Where Node has no such handle it is read as usual.
 */
export function readShared(accepted: Socket & { [handleOf]?: unknown }, take: Take): Socket {
  const handle = accepted[handleOf]
  if (typeof handle !== 'object' || handle === null) return accepted.on('data', take)
  accepted[handleOf] = null
  accepted.destroy() // the server no longer counts it
  const socket = new Socket({ handle, readable: true, writable: true, onread: sharedReading(take) } as object)
  return socket.resume()
}

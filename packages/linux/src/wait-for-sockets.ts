/** Waiting for several sockets at once: ppoll(2), whose time-out is exact to some 50 microseconds. @module */
import { libc, linux } from './libc.ts'

const descriptorOctets = 8

/**
 * A function that blocks its thread until a socket is readable, or for the given milliseconds, which may be fractional.
 */
export function waitForSockets(fds: readonly number[]): (milliseconds: number) => void {
  const descriptors = new Uint8Array(fds.length * descriptorOctets)
  const view = new DataView(descriptors.buffer)
  for (const [index, fd] of fds.entries()) {
    view.setInt32(index * descriptorOctets, fd, true)
    view.setInt16(index * descriptorOctets + 4, linux.POLLIN, true)
  }
  const timeout = new Uint8Array(16)
  const timespec = new DataView(timeout.buffer)
  return (milliseconds) => {
    const seconds = Math.floor(milliseconds / 1000)
    timespec.setBigInt64(0, BigInt(seconds), true)
    timespec.setBigInt64(8, BigInt(Math.floor((milliseconds - seconds * 1000) * 1e6)), true)
    libc().ppoll(descriptors, fds.length, timeout, null)
  }
}

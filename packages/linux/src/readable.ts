/** Waiting for several sockets at once: poll(2). @module */
import { libc, linux } from './libc.ts'

const descriptorOctets = 8

/** A function that blocks its thread until one of the sockets has something, or for so many milliseconds. */
export function waitForSockets(fds: readonly number[]): (milliseconds: number) => void {
  const descriptors = new Uint8Array(fds.length * descriptorOctets)
  const view = new DataView(descriptors.buffer)
  for (const [index, fd] of fds.entries()) {
    view.setInt32(index * descriptorOctets, fd, true)
    view.setInt16(index * descriptorOctets + 4, linux.POLLIN, true)
  }
  return (milliseconds) => void libc().poll(descriptors, fds.length, milliseconds)
}

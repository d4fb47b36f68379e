/**
 * The thread that does nothing but take datagrams from the kernel into the ring: no allocation, no disk, no other work
 * makes it late, and it comes before all other threads of the process where the system allows it.
 * @module
 */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { DatagramRing } from './datagram-ring.ts'
import { waitForSockets } from './wait-for-sockets.ts'
import { RingWriter } from './ring-writer.ts'

export interface ReceiverThreadData {
  readonly ring: DatagramRing
  /** Descriptors of the sockets. */
  readonly fds: readonly number[]
}

/** Maximum milliseconds between checks whether it is to end. */
const patience = 100
/**
 * Messages per check from which it waits `gather` milliseconds for more: a system call takes many as cheaply as one.
 */
const manyMessages = 4
const gather = 1
/** As nice(1): more of the processor than threads at 0 get when all want it. */
const priority = -10
/** Messages read from one socket before the next one's turn; a message is a datagram or a run of them. */
const messagesATurn = 1024

const { ring, fds } = workerData as ReceiverThreadData
const port = parentPort!
const writer = new RingWriter(ring)
const wait = waitForSockets(fds)

try {
  setPriority(priority)
} catch {
  // Fails without the privilege: then it is one thread among others, and the socket buffers bridge its waits.
}

while (!writer.isStopping) {
  let received = 0
  let isFull = false
  for (const fd of fds) {
    for (let messages = 0; messages < messagesATurn;) {
      const count = writer.receive(fd)
      if (count === 'full') isFull = true
      if (count === 'full' || count === 0) break
      messages += count
      received += count
    }
  }
  if (received > 0 && writer.takeAsleep()) port.postMessage('datagrams')
  if (isFull || received >= manyMessages) writer.pause(gather)
  else if (received === 0) wait(patience)
}
port.close()

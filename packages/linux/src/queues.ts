/**
 * The queues at the way out of the interfaces of the namespace that the process is in: what their shapers let through,
 * what waits, and what was dropped.
 * @module
 */
import { netlinkDump } from './netlink-dump.ts'
import { type Queue, queueBodyOctets, queueMessages } from './queue-message.ts'

const getQdisc = 38

/** @throws {UnavailableError} as `readInterfaceCounters` */
export function readQueues(): readonly Queue[] {
  const found: Queue[] = []
  netlinkDump(getQdisc, queueBodyOctets, (datagram) => {
    const answer = queueMessages(datagram)
    found.push(...answer.queues)
    return answer
  })
  return found
}

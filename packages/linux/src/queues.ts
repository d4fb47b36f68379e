/**
 * The egress queues of the interfaces of the process's network namespace: rates of their shapers, waiting octets, and
 * drops.
 * @module
 */
import { netlinkDump } from './netlink-request.ts'
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

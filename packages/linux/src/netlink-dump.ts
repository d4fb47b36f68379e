/** One dump over rtnetlink (netlink(7), RFC 3549): the request, and every datagram of the answer. @module */
import { UnavailableError } from './errors.ts'
import { libc, linux, mustWork } from './libc.ts'
import { type DumpAnswer, headerOctets } from './netlink-message.ts'

/** Large enough for every answer: the kernel fills at most 32 KiB a datagram (netlink(7)). */
const answerOctets = 65_536
/** A dump of more datagrams than this is not an answer: 4,096 interfaces at some 1.5 kB each need about 200. */
const maxAnswers = 4096
/** NLM_F_REQUEST | NLM_F_DUMP */
const flags = 0x301

/**
 * Requests everything with a message of `type` whose body is `bodyOctets` zeros. `take` reads one datagram.
 * @throws {UnavailableError} `ffi` where native calls do not work, else what the kernel refused
 */
export function netlinkDump(type: number, bodyOctets: number, take: (datagram: Uint8Array) => DumpAnswer): void {
  const request = new Uint8Array(headerOctets + bodyOctets)
  const view = new DataView(request.buffer)
  view.setUint32(0, request.length, true)
  view.setUint16(4, type, true)
  view.setUint16(6, flags, true)
  view.setUint32(8, 1, true)
  const c = libc()
  const fd = mustWork(c.socket(linux.AF_NETLINK, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0), 'netlink socket')
  try {
    mustWork(c.send(fd, request, request.length, 0), `netlink request ${type}`)
    const answer = new Uint8Array(answerOctets)
    for (let answers = 0; answers < maxAnswers; answers++) {
      const length = mustWork(c.recv(fd, answer, answer.length, 0), 'netlink answer')
      const { error, end } = take(answer.subarray(0, length))
      if (error !== 0) throw new UnavailableError('refused', `netlink request ${type}: errno ${error}`)
      if (end === 'done') return
    }
  } finally {
    c.close(fd)
  }
}

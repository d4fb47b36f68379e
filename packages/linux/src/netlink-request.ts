/** Requests over rtnetlink (netlink(7), RFC 3549): a dump with every datagram of its answer, and changes. @module */
import { UnavailableError } from './errors.ts'
import { libc, linux, mustWork } from './libc.ts'
import { type DumpAnswer, messagesOf, requestOf } from './netlink-message.ts'

/** Large enough for every answer: the kernel fills at most 32 KiB a datagram (netlink(7)). */
const answerOctets = 65_536
/** A dump of more datagrams than this is not an answer: 4,096 interfaces at some 1.5 kB each need about 200. */
const maxAnswers = 4096
const flag = { request: 0x1, acknowledge: 0x4, dump: 0x300, exclusive: 0x200, create: 0x400 } as const
/** Errno of what is there already, and of what is not there. */
const errno = { exists: 17, missing: 2 } as const

/**
 * Requests everything with a message of `type` whose body is `bodyOctets` zeros. `take` reads one datagram.
 * @throws {UnavailableError} `ffi` where native calls do not work, else what the kernel refused
 */
export function netlinkDump(type: number, bodyOctets: number, take: (datagram: Uint8Array) => DumpAnswer): void {
  withSocket((ask) => {
    const next = ask(requestOf(type, flag.request | flag.dump, new Uint8Array(bodyOctets)))
    for (let answers = 0; answers < maxAnswers; answers++) {
      const { error, end } = take(next())
      if (error !== 0) throw new UnavailableError('refused', `netlink request ${type}: errno ${error}`)
      if (end === 'done') return
    }
  })
}

/** `add` is there afterwards, `remove` is not; either may be so before. */
export interface NetlinkChange {
  readonly what: 'add' | 'remove'
  /** Of the message, and its body. */
  readonly type: number
  readonly body: Uint8Array
}

/** Makes the changes, one after the other, and stops at the first that fails. @throws {UnavailableError} with its errno */
export function netlinkChanges(changes: readonly NetlinkChange[]): void {
  if (changes.length === 0) return
  withSocket((ask) => {
    for (const { what, type, body } of changes) {
      const flags = what === 'add' ? flag.create | flag.exclusive : 0
      const next = ask(requestOf(type, flag.request | flag.acknowledge | flags, body))
      const { error } = messagesOf(next(), type, () => undefined)
      if (error === 0 || error === (what === 'add' ? errno.exists : errno.missing)) continue
      const code = error === 1 ? 'not-permitted' : 'refused'
      throw new UnavailableError(code, `netlink change ${type}: errno ${error}`)
    }
  })
}

/** `ask` sends a request, and gives what reads the next datagram of the answer, a view that the next one overwrites. */
function withSocket(work: (ask: (request: Uint8Array) => () => Uint8Array) => void): void {
  const c = libc()
  const fd = mustWork(c.socket(linux.AF_NETLINK, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0), 'netlink socket')
  const answer = new Uint8Array(answerOctets)
  const next = (): Uint8Array => answer.subarray(0, mustWork(c.recv(fd, answer, answer.length, 0), 'netlink answer'))
  try {
    work((request) => {
      mustWork(c.send(fd, request, request.length, 0), 'netlink request')
      return next
    })
  } finally {
    c.close(fd)
  }
}

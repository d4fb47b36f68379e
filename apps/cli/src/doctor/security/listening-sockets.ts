/** Sockets that take what comes, as the kernel lists them in /proc/net (proc_net_tcp, proc(5)). @module */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp'
  /** Canonical text: `127.0.0.1`, `::1`, `0.0.0.0`. */
  readonly address: string
  readonly port: number
  readonly inode: string
}

/** TCP_LISTEN and, of UDP, a socket that is connected to nobody (include/net/tcp_states.h). */
const waiting = { tcp: '0A', udp: '07' } as const
const tables = ['tcp', 'tcp6', 'udp', 'udp6'] as const

/** Those of one table, which is the text of /proc/net/tcp or another; lines that are none are left out. */
export function socketsIn(table: string, protocol: 'tcp' | 'udp'): readonly ListeningSocket[] {
  return table.split('\n').flatMap((line) => {
    const [, address, port, state, inode] =
      /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} (\w\w) (?:\S+\s+){5}(\d+)/.exec(line) ??
      []
    if (address === undefined || port === undefined || inode === undefined || state !== waiting[protocol]) return []
    return [{ protocol, address: addressOf(address), port: Number.parseInt(port, 16), inode }]
  })
}

/** The kernel writes words of 32 bits as this host has them in memory; every host that we know is little-endian. */
function addressOf(hexadecimal: string): string {
  const octets = Buffer.from(hexadecimal, 'hex')
  octets.swap32()
  if (octets.length === 4) return octets.join('.')
  const groups = Array.from({ length: 8 }, (_, at) => octets.readUInt16BE(at * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

/**
 * What a process listens at; undefined if it is another user's, or gone.
 * @param pid its number, or `self`
 */
export function socketsOf(pid: number | 'self'): readonly ListeningSocket[] | undefined {
  try {
    const folder = `/proc/${pid}/fd`
    const links = readdirSync(folder).flatMap((fd) => linkOf(`${folder}/${fd}`))
    const own = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
    const found = tables.flatMap((table) =>
      socketsIn(readFileSync(`/proc/${pid}/net/${table}`, 'utf8'), table.startsWith('tcp') ? 'tcp' : 'udp'),
    )
    return found.filter(({ inode }) => own.has(inode))
  } catch {
    return undefined
  }
}

/** Nothing of a descriptor that was closed meanwhile. */
function linkOf(path: string): readonly string[] {
  try {
    return [readlinkSync(path)]
  } catch {
    return []
  }
}

/**
 * TCP connections that a stranger cannot disturb, by what the kernel has for BGP: segments signed with a shared key
 * (TCP_MD5SIG, RFC 2385), and only segments whose TTL shows that they come from near (IP_MINTTL, RFC 5082). Node sets
 * neither, and both must be set before the first segment goes out.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { UnavailableError } from './errors.ts'
import { libc, linux, mustWork } from './libc.ts'
import { socketAddressOf } from './socket-address.ts'

export interface Dialling {
  readonly address: string
  readonly port: number
  readonly localAddress?: string
  /** Shared key, 1..80 octets. */
  readonly password?: string
  /** Maximum hops to the peer, 1..254; a neighbour on the link is 1. */
  readonly hops?: number
  readonly signal: AbortSignal
}

/** `struct tcp_md5sig` (linux/tcp.h): address of the peer in 128 octets, flags, prefix length, key length, interface, key. */
const signatureOctets = 216
const keyLengthAt = 130
const keyAt = 136

/** Milliseconds between checks whether the connection is established. */
const shortestWait = 2
const longestWait = 50

const errno = { EALREADY: 114, EINPROGRESS: 115, EISCONN: 106, EINTR: 4 } as const

/**
 * The descriptor of a connection, made with key and TTL in place. It is the caller's, as in `new Socket({ fd })`.
 * @throws {UnavailableError}
 */
export async function dialProtected(options: Dialling): Promise<number> {
  const c = libc()
  const remote = socketAddressOf(options.address, options.port)
  const family = remote.family === 'ipv6' ? linux.AF_INET6 : linux.AF_INET
  const type = linux.SOCK_STREAM | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC
  const fd = mustWork(c.socket(family, type, 0), 'socket')
  try {
    setOption(fd, linux.SOL_SOCKET, linux.SO_REUSEADDR, 1)
    if (options.password !== undefined) sign(fd, options.address, options.password)
    if (options.hops !== undefined) protectConnection(fd, remote.family, options.hops)
    if (options.localAddress !== undefined) {
      const local = socketAddressOf(options.localAddress, 0)
      mustWork(c.bind(fd, local.octets, local.octets.length), `bind to ${options.localAddress}`)
    }
    await connected(fd, remote.octets, options)
    return fd
  } catch (error) {
    c.close(fd)
    throw error
  }
}

/** connect(2) again says how the first one goes; poll(2) would hold a thread of the pool for each attempt. */
async function connected(fd: number, remote: Uint8Array, { address, port, signal }: Dialling): Promise<void> {
  const c = libc()
  const what = `connect to ${address} port ${port}`
  for (let wait = shortestWait; ; wait = Math.min(wait * 2, longestWait)) {
    if (signal.aborted) throw new UnavailableError('refused', `${what}: given up`)
    if (c.connect(fd, remote, remote.length) === 0) return
    const number = c.errno()
    if (number === errno.EISCONN) return
    if (number !== errno.EINPROGRESS && number !== errno.EALREADY && number !== errno.EINTR) mustWork(-1, what)
    await sleep(wait)
  }
}

/** From now on accepts only segments from at most `hops` hops away, and sends ours with the TTL that proves it. */
export function protectConnection(fd: number, family: 'ipv4' | 'ipv6', hops: number): void {
  setLargestTtl(fd, family)
  if (family === 'ipv6') setOption(fd, linux.IPPROTO_IPV6, linux.IPV6_MINHOPCOUNT, 256 - hops)
  else setOption(fd, linux.IPPROTO_IP, linux.IP_MINTTL, 256 - hops)
}

function setLargestTtl(fd: number, family: 'ipv4' | 'ipv6'): void {
  if (family === 'ipv6') setOption(fd, linux.IPPROTO_IPV6, linux.IPV6_UNICAST_HOPS, 255)
  else setOption(fd, linux.IPPROTO_IP, linux.IP_TTL, 255)
}

/**
 * A listening socket answers each of these peers with its key, and with the largest TTL where one wants it. What the
 * kernel accepts from a peer with `hops` still has to go through `protectConnection`. @throws {UnavailableError}
 */
export function protectListener(
  fd: number,
  family: 'ipv4' | 'ipv6',
  peers: readonly { readonly address: string; readonly password?: string; readonly hops?: number }[],
): void {
  for (const { address, password } of peers) if (password !== undefined) sign(fd, address, password)
  if (peers.some(({ hops }) => hops !== undefined)) setLargestTtl(fd, family)
}

/** Removes the keys of these peers, which must exist, from a listening socket. @throws {UnavailableError} */
export function unprotectListener(fd: number, addresses: readonly string[]): void {
  for (const address of addresses) sign(fd, address, '')
}

/** An empty key removes the existing one. */
function sign(fd: number, address: string, password: string): void {
  const key = new TextEncoder().encode(password)
  const signature = new Uint8Array(signatureOctets)
  signature.set(socketAddressOf(address, 0).octets)
  new DataView(signature.buffer).setUint16(keyLengthAt, key.length, true)
  signature.set(key, keyAt)
  mustWork(
    libc().setsockopt(fd, linux.IPPROTO_TCP, linux.TCP_MD5SIG, signature, signature.length),
    `TCP-MD5 key for ${address}`,
  )
}

function setOption(fd: number, level: number, option: number, value: number): void {
  const word = new Uint32Array([value])
  mustWork(libc().setsockopt(fd, level, option, word, word.byteLength), `socket option ${level}/${option}`)
}

/**
 * The descriptor under a socket or server of node:net. Node does not document it, so its absence is an error that says
 * so. @throws {UnavailableError}
 */
export function fdOf(socket: object): number {
  const handle: unknown = Reflect.get(socket, '_handle')
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  if (typeof fd === 'number' && fd >= 0) return fd
  throw new UnavailableError('ffi', 'this Node does not expose the descriptor of its sockets')
}

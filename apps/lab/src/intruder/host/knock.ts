/** What a port says to somebody who proves nothing: connections without a word, then nonsense of several kinds. @module */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Door {
  /** An address of this host, and one of the other. */
  readonly source: string
  readonly destination: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

export interface Knocked extends Door {
  /** Connections, or datagrams. */
  readonly tried: number
  /** TCP: how many of the connections were made. */
  readonly accepted: number
  /** Octets that came back. */
  readonly octets: number
}

/** Milliseconds for which an answer is waited for. */
const patience = 1200
const datagrams = 200
/** Octets of the longest datagram that fits into a packet. */
const longest = 1400

/** Nothing; what web servers, TLS servers and MCP answer; what is none of these. */
const sayings = (): readonly Uint8Array[] => [
  new Uint8Array(0),
  new TextEncoder().encode('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  new TextEncoder().encode(
    'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 46\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  ),
  Uint8Array.from([0x16, 3, 1, 0, 128, 1, 0, 0, 124, 3, 3, ...randomBytes(123)]), // how TLS begins
  Uint8Array.from([0, 16, ...randomBytes(16)]), // a length, and what is none of our messages
  randomBytes(1024),
]

export async function knock({ doors }: { readonly doors: readonly Door[] }): Promise<readonly Knocked[]> {
  return Promise.all(doors.map((door) => (door.protocol === 'tcp' ? knockTcp(door) : knockUdp(door))))
}

async function knockTcp(door: Door): Promise<Knocked> {
  const said = await Promise.all(sayings().map((octets) => sayTo(door, octets)))
  return {
    ...door,
    tried: said.length,
    accepted: said.filter(({ accepted }) => accepted).length,
    octets: said.reduce((sum, { octets }) => sum + octets, 0),
  }
}

function sayTo(
  { source, destination, port }: Door,
  octets: Uint8Array,
): Promise<{ accepted: boolean; octets: number }> {
  return new Promise((resolve) => {
    const heard = { accepted: false, octets: 0 }
    const socket = connect({ host: destination, port, localAddress: source })
    socket.once('connect', () => {
      heard.accepted = true
      if (octets.length > 0) socket.write(octets)
    })
    socket.on('data', (data) => (heard.octets += data.length))
    socket.on('error', () => {}) // 'close' follows
    socket.once('close', () => resolve(heard))
    setTimeout(() => socket.destroy(), patience)
  })
}

/** Datagrams of all lengths, none of which begins as messages of a handshake do. */
async function knockUdp(door: Door): Promise<Knocked> {
  const socket = createSocket(door.destination.includes(':') ? 'udp6' : 'udp4')
  let octets = 0
  socket.on('message', (data) => (octets += data.length))
  socket.on('error', () => {}) // ICMP says that nobody listens
  await new Promise<void>((resolve) => socket.bind(0, door.source, resolve))
  for (let sent = 0; sent < datagrams; sent++) {
    const content = randomBytes(Math.round((sent / datagrams) * longest))
    if (content[0] === 1) content[0] = 0
    socket.send(content, door.port, door.destination, () => {})
    if (sent % 20 === 0) await sleep(5)
  }
  await sleep(patience)
  socket.close()
  return { ...door, tried: datagrams, accepted: 0, octets }
}

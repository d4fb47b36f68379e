/**
 * What a stranger can say who knows the protocol: beginnings of messages with nonsense behind them, nonsense in the form of
 * a hello, and whole hellos of keys that nobody knows.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  connectionIdOctets,
  credentialsDigest,
  type HandshakeKind,
  hybridSuite,
  Initiator,
  kindOf,
} from '@vagus/channel'
import { channelCrypto, identityCrypto, newDhKey, newKemKey, randomOctets } from '@vagus/transport'

export interface Flood {
  /** IPv4 addresses. */
  readonly source: string
  readonly destination: string
  readonly port: number
  readonly hellos: 'beginnings' | 'nonsense' | 'whole'
  readonly count: number
  /** Whose key they are for: its X25519 key in hexadecimal. */
  readonly remoteStatic: string
}

export interface Flooded {
  readonly sent: number
  readonly octetsSent: number
  /** What came back, by the kind of message. */
  readonly answers: Readonly<Partial<Record<HandshakeKind | 'other', number>>>
  readonly octetsBack: number
  readonly milliseconds: number
}

const sockets = 16
/** Hellos between two turns of the event loop, in which answers are read. */
const batch = 64
/** Milliseconds for which late answers are waited for. */
const patience = 1000
/** Offsets of a hello (`@vagus/channel`): behind version, kind, pattern, suite, their number and the one suite. */
const connectionIdAt = 6
const version = 1
/** One more than there are. */
const kinds = 9
const longest = 1300
const noiseAt = connectionIdAt + connectionIdOctets + 1

export async function flood({ source, destination, port, hellos, count, remoteStatic }: Flood): Promise<Flooded> {
  const messages = hellosOf(hellos, count, Buffer.from(remoteStatic, 'hex'))
  const answers = new Map<string, number>()
  let octetsBack = 0
  const open = await Promise.all(
    Array.from({ length: sockets }, async () => {
      const socket = createSocket('udp4')
      socket.bind(0, source)
      await once(socket, 'listening')
      socket.on('error', () => {}) // ICMP says that nobody listens
      socket.on('message', (message) => {
        const kind = kindOf(message) ?? 'other'
        answers.set(kind, (answers.get(kind) ?? 0) + 1)
        octetsBack += message.length
      })
      return socket
    }),
  )
  const began = performance.now()
  let octetsSent = 0
  for (const [at, message] of messages.entries()) {
    open[at % sockets]!.send(message, port, destination, () => {})
    octetsSent += message.length
    if (at % batch === 0) await new Promise(setImmediate)
  }
  const milliseconds = Math.round(performance.now() - began)
  await sleep(patience)
  for (const socket of open) socket.close()
  return { sent: count, octetsSent, answers: Object.fromEntries(answers), octetsBack, milliseconds }
}

function hellosOf(kind: Flood['hellos'], count: number, remoteStatic: Uint8Array): readonly Uint8Array[] {
  if (kind === 'whole') return Array.from({ length: count }, () => helloOf(remoteStatic))
  if (kind === 'beginnings')
    return Array.from({ length: count }, (_, at) => Uint8Array.of(version, at % kinds, ...randomBytes(at % longest)))
  const whole = helloOf(remoteStatic)
  return Array.from({ length: count }, () => {
    const hello = whole.slice()
    hello.set(randomBytes(connectionIdOctets), connectionIdAt)
    hello.set(randomBytes(hello.length - noiseAt), noiseAt)
    return hello
  })
}

const helloOf = (remoteStatic: Uint8Array): Uint8Array =>
  new Initiator({
    crypto: channelCrypto,
    static: newDhKey(),
    ephemeral: newDhKey(),
    kem: newKemKey(),
    connectionId: randomOctets(connectionIdOctets),
    suites: [hybridSuite],
    remoteStatic,
    context: new Uint8Array(0),
    payload: credentialsDigest(randomOctets(64), identityCrypto),
  }).hello

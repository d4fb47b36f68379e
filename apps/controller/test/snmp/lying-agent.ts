/** An SNMP agent over UDP that answers what a test wants, octet for octet. @module */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** BER (X.690), as far as SNMP needs it. */
export function tlv(tag: number, ...parts: readonly (Uint8Array | number)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : part)))
  const length =
    content.length < 128 ? Buffer.of(content.length) : Buffer.of(0x82, content.length >> 8, content.length & 0xff)
  return Buffer.concat([Buffer.of(tag), length, content])
}

export const integer = (value: number): Buffer => {
  const octets = Buffer.alloc(5)
  octets.writeUInt32BE(value, 1)
  return tlv(2, octets)
}

export const text = (value: string | Uint8Array): Buffer => tlv(4, Buffer.from(value))

function objectId(oid: string): Buffer {
  const [first = 0, second = 0, ...more] = oid.split('.').map(Number)
  const octets = more.flatMap((number) => {
    const groups = [number & 0x7f]
    for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128))
      groups.unshift((rest & 0x7f) | 0x80)
    return groups
  })
  return tlv(6, first * 40 + second, ...octets)
}

export const varbind = (oid: string, value: Uint8Array): Buffer => tlv(0x30, objectId(oid), value)

/** A response (RFC 3416) in a message of version 2c (RFC 1901). */
export const response = (id: number, ...varbinds: readonly Uint8Array[]): Buffer =>
  tlv(0x30, integer(1), text('public'), tlv(0xa2, integer(id), integer(0), integer(0), tlv(0x30, ...varbinds)))

/** A message of SNMPv3 (RFC 3412) that says of itself what `flags` say, with a response inside. @param time boots and time */
export const responseV3 = (id: number, flags: number, inner: Uint8Array, time = 1): Buffer =>
  tlv(
    0x30,
    integer(3),
    tlv(0x30, integer(id), integer(65_507), text(Buffer.of(flags)), integer(3)),
    text(tlv(0x30, text('engine-of-a-liar'), integer(time), integer(time), text('vagus'), text(''), text(''))),
    inner,
  )

/** request-id of a message of version 2c, and msgID of one of version 3. */
function idOf(message: Buffer): number {
  const content = (at: number): number => at + 2 + (message[at + 1]! >= 128 ? message[at + 1]! - 128 : 0)
  const after = (at: number): number => {
    const begin = content(at)
    const long = begin - at - 2
    const length = long === 0 ? message[at + 1]! : message.readUIntBE(at + 2, long)
    return begin + length
  }
  const version = content(0)
  const second = after(version)
  // Version 2c has a community before the PDU, version 3 the header of which msgID is the first.
  const id = content(message[content(version)] === 3 ? second : after(second))
  return message.readIntBE(content(id), message[id + 1]!)
}

export interface LyingAgent extends AsyncDisposable {
  readonly port: number
}

/** @param answers what is sent for a question from a port, each in a datagram of its own */
export async function lyingAgent(
  answers: (question: Buffer, id: number, port: number) => readonly Uint8Array[],
): Promise<LyingAgent> {
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    for (const answer of answers(question, idOf(question), from.port)) socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}

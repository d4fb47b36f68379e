/** Captures made of octets that our encoders wrote: TCP connections and datagrams in Ethernet frames, without a network. @module */
import { writeFileSync } from 'node:fs'
import { interfaceBlock, packetBlockOctets, sectionBlock, writePacket } from '../../src/record/pcapng.ts'

const macs = Buffer.from('0200000000020200000000010800', 'hex')
const client = [10, 0, 0, 1] as const
const server = [10, 0, 0, 2] as const
type Way = 'there' | 'back'

export class MadeCapture {
  readonly #frames: Buffer[] = []
  /** The next sequence number of each way of a connection, by the server's port. */
  readonly #next = new Map<string, number>()

  /** One segment of a connection from an own port to `port`. */
  tcp(port: number, way: Way, payload: Uint8Array): this {
    const key = (of: Way): string => `${port} ${of}`
    const sequence = this.#next.get(key(way)) ?? 1
    this.#next.set(key(way), sequence + payload.length)
    const head = Buffer.alloc(20)
    const [from, to] = way === 'there' ? [40_000, port] : [port, 40_000]
    head.writeUInt16BE(from, 0)
    head.writeUInt16BE(to, 2)
    head.writeUInt32BE(sequence, 4)
    head.writeUInt32BE(this.#next.get(key(way === 'there' ? 'back' : 'there')) ?? 1, 8)
    head.writeUInt16BE(0x5018, 12) // 20 octets, PSH and ACK
    head.writeUInt16BE(65_535, 14)
    return this.#ip(6, way, Buffer.concat([head, payload]))
  }

  udp(port: number, payload: Uint8Array): this {
    const head = Buffer.alloc(8)
    head.writeUInt16BE(port, 0)
    head.writeUInt16BE(port, 2)
    head.writeUInt16BE(8 + payload.length, 4)
    return this.#ip(17, 'there', Buffer.concat([head, payload]))
  }

  #ip(protocol: number, way: Way, body: Buffer): this {
    const head = Buffer.alloc(20)
    head[0] = 0x45
    head.writeUInt16BE(20 + body.length, 2)
    head[8] = 64
    head[9] = protocol
    const [from, to] = way === 'there' ? [client, server] : [server, client]
    head.set(from, 12)
    head.set(to, 16)
    this.#frames.push(Buffer.concat([macs, head, body]))
    return this
  }

  write(path: string): void {
    const blocks = this.#frames.map((octets, at) => {
      const block = Buffer.alloc(packetBlockOctets(octets.length))
      const time = 1_795_867_200_123_456_789n + BigInt(at) * 1000n
      writePacket(block, 0, { interface: 0, at: time, octets, length: octets.length, direction: 'in' })
      return block
    })
    const eth1 = interfaceBlock({ name: 'eth1', description: 'link a-b to b', speed: 30_000_000 })
    writeFileSync(path, Buffer.concat([sectionBlock({ system: 'Linux', application: 'vagus lab' }), eth1, ...blocks]))
  }
}

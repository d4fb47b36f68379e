/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): little-endian, each with its length at both ends, options behind.
 * @module
 */

/** What an interface block says of an interface whose frames are Ethernet's. */
export interface CaptureInterface {
  readonly name: string
  /** For people; empty: none. */
  readonly description: string
  /** Bits per second; null: not known. */
  readonly speed: number | null
}

/** A frame, or its first octets. */
export interface Packet {
  /** Number of its interface block in the section, from 0. */
  readonly interface: number
  /** Nanoseconds since 1970. */
  readonly at: bigint
  readonly octets: Uint8Array
  /** Octets that it had on the wire. */
  readonly length: number
  readonly direction: 'in' | 'out'
}

const blockType = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const
const ethernet = 1
const endOfOptions = 0
const option = {
  section: { operatingSystem: 3, application: 4 },
  interface: { name: 2, description: 3, speed: 8, timeResolution: 9 },
  packet: { flags: 2 },
} as const
/** Bits 0 and 1 of the flags. */
const directions = { in: 1, out: 2 } as const

export function sectionBlock({ system, application }: { readonly system: string; readonly application: string }) {
  const head = Buffer.alloc(16)
  head.writeUInt32LE(0x1a2b3c4d, 0)
  head.writeUInt16LE(1, 4)
  head.writeBigInt64LE(-1n, 8) // its length is not known before its end
  const { operatingSystem, application: by } = option.section
  return block(blockType.section, head, [text(operatingSystem, system), text(by, application)])
}

export function interfaceBlock({ name, description, speed }: CaptureInterface): Buffer {
  const head = Buffer.alloc(8) // no limit on octets of a frame
  head.writeUInt16LE(ethernet, 0)
  const bits = Buffer.alloc(8)
  bits.writeBigUInt64LE(BigInt(Math.round(speed ?? 0)), 0)
  const own = option.interface
  return block(blockType.interface, head, [
    text(own.name, name),
    ...(description === '' ? [] : [text(own.description, description)]),
    ...(speed === null ? [] : [value(own.speed, bits)]),
    value(own.timeResolution, Buffer.from([9])),
  ])
}

/** Octets of everything in a packet block but the frame. */
const packetOverhead = 28 + 12 + 4

/** Octets that `writePacket` writes for a frame of which so many are kept. */
export const packetBlockOctets = (kept: number): number => packetOverhead + padded(kept)

/** Writes a packet block, which must fit, and gives its end. By hand: this is done for every frame of a lab. */
export function writePacket(into: Buffer, from: number, packet: Packet): number {
  const { octets } = packet
  const total = packetBlockOctets(octets.length)
  into.writeUInt32LE(blockType.packet, from)
  into.writeUInt32LE(total, from + 4)
  into.writeUInt32LE(packet.interface, from + 8)
  into.writeUInt32LE(Number(packet.at >> 32n), from + 12)
  into.writeUInt32LE(Number(packet.at & 0xffff_ffffn), from + 16)
  into.writeUInt32LE(octets.length, from + 20)
  into.writeUInt32LE(packet.length, from + 24)
  into.set(octets, from + 28)
  const options = from + 28 + padded(octets.length)
  into.fill(0, from + 28 + octets.length, options)
  into.writeUInt16LE(option.packet.flags, options)
  into.writeUInt16LE(4, options + 2)
  into.writeUInt32LE(directions[packet.direction], options + 4)
  into.writeUInt32LE(endOfOptions, options + 8)
  into.writeUInt32LE(total, options + 12)
  return from + total
}

function block(type: number, head: Buffer, options: readonly Buffer[]): Buffer {
  const body = Buffer.concat([head, ...options, Buffer.alloc(4)]) // the last four: end of options
  const ends = Buffer.alloc(8)
  ends.writeUInt32LE(type, 0)
  ends.writeUInt32LE(body.length + 12, 4)
  return Buffer.concat([ends, body, ends.subarray(4)])
}

const text = (code: number, of: string): Buffer => value(code, Buffer.from(of))

function value(code: number, octets: Buffer): Buffer {
  const made = Buffer.alloc(4 + padded(octets.length))
  made.writeUInt16LE(code, 0)
  made.writeUInt16LE(octets.length, 2)
  made.set(octets, 4)
  return made
}

const padded = (octets: number): number => (octets + 3) & ~3

/** LinkState: how a node's links are and what flows most over them. Asked for; flooded when a threshold is crossed. @module */
import { cborText, cborUint, type CborValue } from '@vagus/wire'
import { Fields, most53, tupleOf } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface LinkLoad {
  readonly interface: string
  /** Bits per second / 1000. */
  readonly capacityKbps: number
  readonly usedKbps: number
  /** Packets dropped in the window. */
  readonly drops: number
  /** How long a packet waits. */
  readonly queueMs: number
}

export interface TopFlow {
  /** What it is known by, such as `office>dc-east video`. */
  readonly key: string
  readonly octets: number
  readonly packets: number
}

export interface LinkState {
  readonly header: Header
  readonly links: readonly LinkLoad[]
  /** The largest first. */
  readonly top: readonly TopFlow[]
  /** What the figures are taken over. */
  readonly windowMs: number
}

const key = { header: 0, links: 1, top: 2, windowMs: 3 } as const

const readLink = (value: CborValue): LinkLoad => {
  const [name, capacity, used, drops, queue] = tupleOf(value, 5, 'a link')
  return {
    interface: cborText(name, 64, 'an interface'),
    capacityKbps: cborUint(capacity, most53, 'a capacity'),
    usedKbps: cborUint(used, most53, 'a load'),
    drops: cborUint(drops, most53, 'drops'),
    queueMs: cborUint(queue, most53, 'a queue'),
  }
}

const readFlow = (value: CborValue): TopFlow => {
  const [name, octets, packets] = tupleOf(value, 3, 'a flow')
  return {
    key: cborText(name, 128, 'the key of a flow'),
    octets: cborUint(octets, most53, 'octets'),
    packets: cborUint(packets, most53, 'packets'),
  }
}

export const linkState: ObjectiveType<LinkState> = declareObjective({
  name: privateName('LinkState'),
  purpose: 'synchronization',
  maxSize: 8192, // some 60 links and 100 flows
  codec: {
    encode: ({ header, links, top, windowMs }) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(header)],
        [key.links, links.map((link) => [link.interface, link.capacityKbps, link.usedKbps, link.drops, link.queueMs])],
        [key.top, top.map((flow) => [flow.key, flow.octets, flow.packets])],
        [key.windowMs, windowMs],
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'LinkState', [])
      return {
        header: readHeader(fields.value(key.header)),
        links: fields.list(key.links, readLink),
        top: fields.list(key.top, readFlow),
        windowMs: fields.uint(key.windowMs, most53),
      }
    },
  },
})

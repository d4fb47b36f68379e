/** Puts as many prefixes with the same attributes into one UPDATE as fit (RFC 4271 §4.3, RFC 4760 §3, §4). @module */
import { Writer } from '@vagus/wire'
import { ipv4Unicast, ipv6Unicast } from '../family.ts'
import { withHeader } from '../message/message.ts'
import { afi, attributeCode, attributeFlag, messageType, safi } from '../registry.ts'
import { AttributeWalk } from '../update/attribute-walk.ts'
import type { PrefixIndex } from './prefix-index.ts'

/** Header, two lengths; MP_UNREACH with its header; the header of MP_REACH is in the block. */
const overhead = 23
const unreachOverhead = 7

export class UpdatePacker {
  readonly #index: PrefixIndex
  readonly #maxLength: number
  readonly #pathIds: 'path-ids' | 'none'

  /** @param pathIds families that take a path identifier: ours is 0, for we send one path */
  constructor(index: PrefixIndex, maxLength: number, pathIds: ReadonlySet<number>) {
    this.#index = index
    this.#maxLength = maxLength
    this.#pathIds = pathIds.has(index.version === 4 ? ipv4Unicast : ipv6Unicast) ? 'path-ids' : 'none'
  }

  withdrawals(slots: readonly number[]): Uint8Array[] {
    return this.#split(slots, this.#maxLength - overhead - unreachOverhead).map((nlri) =>
      withHeader(messageType.update, (w) => {
        if (this.#index.version === 4) {
          w.counted(2, () => w.octets(nlri))
          w.uint16(0)
          return
        }
        w.uint16(0)
        w.counted(2, () => {
          w.uint8(attributeFlag.optional | attributeFlag.extendedLength)
          w.uint8(attributeCode.mpUnreach)
          w.counted(2, () => {
            w.uint16(afi.ipv6)
            w.uint8(safi.unicast)
            w.octets(nlri)
          })
        })
      }),
    )
  }

  /** @param block attributes; for IPv6 with MP_REACH that has a next hop and no NLRI */
  announcements(block: Uint8Array, slots: readonly number[]): Uint8Array[] {
    const isIpv4 = this.#index.version === 4
    return this.#split(slots, this.#maxLength - overhead - block.length - 1).map((nlri) =>
      withHeader(messageType.update, (w) => {
        w.uint16(0)
        w.counted(2, () => (isIpv4 ? w.octets(block) : writeWithNlri(w, block, nlri)))
        if (isIpv4) w.octets(nlri)
      }),
    )
  }

  /** NLRI of the prefixes, in pieces of at most `most` octets. */
  #split(slots: readonly number[], most: number): Uint8Array[] {
    const pieces: Uint8Array[] = []
    let w = new Writer()
    const length = this.#pathIds === 'path-ids' ? 21 : 17
    for (const slot of slots) {
      if (w.length + length > most && w.length > 0) {
        pieces.push(w.finish())
        w = new Writer()
      }
      this.#write(w, slot)
    }
    if (w.length > 0) pieces.push(w.finish())
    return pieces
  }

  #write(w: Writer, slot: number): void {
    const { words, wordsPerKey, lengths } = this.#index
    const bits = lengths[slot]!
    if (this.#pathIds === 'path-ids') w.uint32(0)
    w.uint8(bits)
    for (let octet = 0; octet * 8 < bits; octet++) {
      const word = words[slot * wordsPerKey + wordsPerKey - 1 - (octet >> 2)]!
      w.uint8((word >>> (24 - (octet & 3) * 8)) & 255)
    }
  }
}

/** The block with the NLRI put at the end of its MP_REACH. */
function writeWithNlri(w: Writer, block: Uint8Array, nlri: Uint8Array): void {
  const walk = new AttributeWalk().start(block, 0, block.length)
  while (walk.next() === 'attribute') {
    if (walk.code !== attributeCode.mpReach) {
      w.octets(block.subarray(walk.from, walk.valueTo))
      continue
    }
    w.uint8(attributeFlag.optional | attributeFlag.extendedLength)
    w.uint8(attributeCode.mpReach)
    w.counted(2, () => {
      w.octets(block.subarray(walk.valueFrom, walk.valueTo))
      w.octets(nlri)
    })
  }
}

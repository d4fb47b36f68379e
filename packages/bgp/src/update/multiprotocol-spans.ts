/**
 * Where the NLRI of MP_REACH and MP_UNREACH are in an UPDATE, and the attribute block without them: what is left is
 * equal for all UPDATE messages that differ only in their routes, so that it can be kept once.
 * @module
 */
import { attributeCode, attributeFlag } from '../registry.ts'
import { AttributeWalk } from './attribute-walk.ts'
import { grown } from './attribute-facts.ts'
import { copyOctets } from './copy-octets.ts'
import type { Layout } from './layout.ts'

const kindFlags = attributeFlag.optional | attributeFlag.transitive

export class MultiprotocolSpans {
  /** Key of the family, or -1 when there is no such attribute or it is not to be used. */
  reachFamily = -1
  reachFrom = 0
  reachTo = 0
  unreachFamily = -1
  unreachFrom = 0
  unreachTo = 0
  hasReach = false
  hasUnreach = false
  /** Attributes besides the two. */
  hasOthers = false
  /** The attributes cannot be walked, or one of the two comes twice or has not its flags or form. */
  isUnusual = false
  /** The attributes without NLRI, when one of the two is there: octets 0..blockLength. */
  block: Uint8Array = new Uint8Array(4096)
  blockLength = 0
  readonly #walk = new AttributeWalk()

  get hasMultiprotocol(): boolean {
    return this.hasReach || this.hasUnreach
  }

  get isUnreachEmpty(): boolean {
    return this.hasUnreach && this.unreachFrom === this.unreachTo
  }

  /** Looks through the attributes; the result stands until the next call. */
  find(octets: Uint8Array, { attributesFrom, attributesTo }: Layout): this {
    this.reachFamily = this.unreachFamily = -1
    this.reachFrom = this.reachTo = this.unreachFrom = this.unreachTo = 0
    this.hasReach = this.hasUnreach = this.hasOthers = this.isUnusual = false
    this.blockLength = 0
    const walk = this.#walk.start(octets, attributesFrom, attributesTo)
    let kept = attributesFrom
    let step = walk.next()
    for (; step === 'attribute'; step = walk.next()) {
      if (walk.code !== attributeCode.mpReach && walk.code !== attributeCode.mpUnreach) {
        this.hasOthers = true
        continue
      }
      if ((walk.flags & kindFlags) !== attributeFlag.optional) this.isUnusual = true
      this.#keep(octets, kept, walk.from)
      kept = walk.valueTo
      if (walk.code === attributeCode.mpReach) this.#reach(octets, walk)
      else this.#unreach(octets, walk)
    }
    if (step === 'broken') this.isUnusual = true
    if (this.hasMultiprotocol) this.#keep(octets, kept, attributesTo)
    return this
  }

  /** Routes of these families are not taken. */
  forget(families: ReadonlySet<number>): void {
    if (families.has(this.reachFamily)) this.reachFamily = -1
    if (families.has(this.unreachFamily)) this.unreachFamily = -1
  }

  #reach(octets: Uint8Array, { valueFrom, valueTo }: AttributeWalk): void {
    const isTwice = this.hasReach
    this.hasReach = true
    const nlriFrom = valueFrom + 5 + (octets[valueFrom + 3] ?? 0)
    if (isTwice || valueTo - valueFrom < 5 || nlriFrom > valueTo) {
      this.isUnusual = true
      return
    }
    this.reachFamily = keyAt(octets, valueFrom)
    this.reachFrom = nlriFrom
    this.reachTo = valueTo
    const length = nlriFrom - valueFrom
    this.#room(length + 4)
    const { block } = this
    let at = this.blockLength
    block[at++] = attributeFlag.optional | attributeFlag.extendedLength
    block[at++] = attributeCode.mpReach
    block[at++] = length >> 8
    block[at++] = length & 255
    this.blockLength = copyOctets(octets, valueFrom, nlriFrom, block, at)
  }

  #unreach(octets: Uint8Array, { valueFrom, valueTo }: AttributeWalk): void {
    if (this.hasUnreach || valueTo - valueFrom < 3) this.isUnusual = true
    else {
      this.unreachFamily = keyAt(octets, valueFrom)
      this.unreachFrom = valueFrom + 3
      this.unreachTo = valueTo
    }
    this.hasUnreach = true
  }

  #keep(octets: Uint8Array, from: number, to: number): void {
    this.#room(to - from)
    this.blockLength = copyOctets(octets, from, to, this.block, this.blockLength)
  }

  #room(more: number): void {
    if (this.blockLength + more <= this.block.length) return
    this.block = grown(this.block, new Uint8Array((this.blockLength + more) * 2))
  }
}

const keyAt = (octets: Uint8Array, at: number): number => octets[at]! * 65536 + octets[at + 1]! * 256 + octets[at + 2]!

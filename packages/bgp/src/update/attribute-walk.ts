/**
 * Steps over path attributes without looking into them (RFC 4271 §4.3). One walk is made once and used for every
 * UPDATE.
 *
 *   octets  1      1     1 or 2  n
 *           flags  code  length  value
 *
 * @module
 */
import { attributeFlag } from '../registry.ts'

export class AttributeWalk {
  flags = 0
  code = 0
  /** Offset of the flags. */
  from = 0
  valueFrom = 0
  valueTo = 0
  #octets: Uint8Array = new Uint8Array(0)
  #end = 0

  /** The attributes in `octets` from `from` up to `to` (exclusive). */
  start(octets: Uint8Array, from: number, to: number): this {
    this.#octets = octets
    this.valueTo = from
    this.#end = to
    return this
  }

  /** Goes to the next attribute. `broken`: less than a header is left, or the value overruns (RFC 7606 §4). */
  next(): 'attribute' | 'end' | 'broken' {
    const octets = this.#octets
    const at = this.valueTo
    const left = this.#end - at
    if (left === 0) return 'end'
    this.from = at
    this.flags = octets[at]!
    this.code = left > 1 ? octets[at + 1]! : 0
    const isLong = (this.flags & attributeFlag.extendedLength) !== 0
    if (left < (isLong ? 4 : 3)) return 'broken'
    const length = isLong ? octets[at + 2]! * 256 + octets[at + 3]! : octets[at + 2]!
    const valueFrom = at + (isLong ? 4 : 3)
    if (valueFrom + length > this.#end) return 'broken'
    this.valueFrom = valueFrom
    this.valueTo = valueFrom + length
    return 'attribute'
  }
}

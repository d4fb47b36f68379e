/** Threshold: from which load on a node now calls its link congested, and how it came to that. @module */
import type { CborValue } from '@vagus/wire'
import { Fields, most53, permille } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface Threshold {
  readonly header: Header
  readonly interface: string
  /** Permille of the capacity: congested above `high`, no longer below `low`. */
  readonly high: number
  readonly low: number
  /** How it is computed, such as `quantile-0.95`. */
  readonly method: string
  readonly validMs: number
}

const key = { header: 0, interface: 1, high: 2, low: 3, method: 4, validMs: 5 } as const

export const threshold: ObjectiveType<Threshold> = declareObjective({
  name: privateName('Threshold'),
  purpose: 'synchronization',
  codec: {
    encode: (value) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(value.header)],
        [key.interface, value.interface],
        [key.high, value.high],
        [key.low, value.low],
        [key.method, value.method],
        [key.validMs, value.validMs],
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'Threshold', [])
      const high = fields.uint(key.high, permille)
      return {
        header: readHeader(fields.value(key.header)),
        interface: fields.text(key.interface, 64),
        high,
        low: fields.uint(key.low, high),
        method: fields.text(key.method, 64),
        validMs: fields.uint(key.validMs, most53),
      }
    },
  },
})

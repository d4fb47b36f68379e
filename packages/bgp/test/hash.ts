import { hashKeyWords, KeyedHash } from '@vagus/address'

/** The same in each run. */
export const hash = new KeyedHash(
  Uint32Array.from({ length: hashKeyWords }, (_, word) => Math.imul(word + 1, 0x9e3779b1)),
)

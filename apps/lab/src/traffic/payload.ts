/** What the packets carry: the same meaningless octets in all of them. @module */
import { createRandom } from '../random.ts'

const random = createRandom('payload')
const octets = Buffer.from(Array.from({ length: 2048 }, () => Math.trunc(random() * 256)))

/** The first `length` octets, at most 2,048, as a view that nobody may write to. */
export const payloadOf = (length: number): Buffer => octets.subarray(0, length)

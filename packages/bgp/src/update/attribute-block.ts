/**
 * The attributes of a route as octets, for those who pass them on or look at one of them: AS numbers of four octets, as
 * internal peers send them (RFC 6793), MP_REACH with its next hop and no NLRI.
 * @module
 */
import { AttributeWalk } from './attribute-walk.ts'
import type { UpdateContext } from './context.ts'
import type { PathAttributes } from './path-attributes.ts'
import { readAttributes } from './read-attributes.ts'

export const blockContext: UpdateContext = { peer: 'internal', asOctets: 4, families: new Set(), pathIds: new Set() }

/** Views on the block. */
export const attributesOfBlock = (block: Uint8Array): PathAttributes =>
  readAttributes(block, 0, block.length, blockContext).attributes

const walk = new AttributeWalk()

/** Value of the first attribute of a code, byte for byte; undefined when there is none. A view. */
export function attributeOfBlock(block: Uint8Array, code: number): Uint8Array | undefined {
  walk.start(block, 0, block.length)
  while (walk.next() === 'attribute') if (walk.code === code) return block.subarray(walk.valueFrom, walk.valueTo)
  return undefined
}

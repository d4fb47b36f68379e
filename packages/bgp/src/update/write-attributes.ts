/** Writes path attributes in the order of their codes (RFC 4271 §5), unknown ones as they came. @module */
import { Writer } from '@vagus/wire'
import { asTrans, attributeCode, attributeFlag } from '../registry.ts'
import { as4PathOf } from './as-path.ts'
import { type AttributeFacts, attributeNames, attributes as table } from './attributes.ts'
import type { UpdateContext } from './context.ts'
import type { PathAttributes, UnknownAttribute } from './path-attributes.ts'

/** @throws {RangeError} when a value does not fit its field */
export function writeAttributes(w: Writer, attributes: PathAttributes, context: UpdateContext): void {
  const all = context.asOctets === 4 ? attributes : withTwoOctets(attributes)
  const partial = new Set(all.partial)
  const unknown = [...(all.unknown ?? [])].sort((one, other) => one.code - other.code)
  let next = 0
  for (const name of attributeNames) {
    const value = all[name]
    if (value === undefined) continue
    const facts = table[name] as AttributeFacts<unknown> // sound: the value stands under the name of its facts
    while (next < unknown.length && unknown[next]!.code < facts.code) writeUnknown(w, unknown[next++]!)
    const inner = new Writer()
    facts.write(inner, value, context)
    const flags = facts.flags | (partial.has(facts.code) ? attributeFlag.partial : 0)
    writeUnknown(w, { flags, code: facts.code, value: inner.finish() })
  }
  while (next < unknown.length) writeUnknown(w, unknown[next++]!)
}

function writeUnknown(w: Writer, attribute: UnknownAttribute): void {
  const isLong = attribute.value.length > 255
  w.uint8(attribute.flags | (isLong ? attributeFlag.extendedLength : 0))
  w.uint8(attribute.code)
  w.counted(isLong ? 2 : 1, () => w.octets(attribute.value))
}

/** RFC 6793 §4.2.2: what does not fit goes beside, in AS4_PATH and AS4_AGGREGATOR. */
function withTwoOctets(attributes: PathAttributes): PathAttributes {
  const as4Path = attributes.asPath && as4PathOf(attributes.asPath)
  const { aggregator } = attributes
  const isLarge = aggregator !== undefined && aggregator.as > 0xffff
  return {
    ...attributes,
    ...(as4Path === undefined || as4Path.length === 0 ? {} : { as4Path }),
    ...(isLarge ? { aggregator: { ...aggregator, as: asTrans }, as4Aggregator: aggregator } : {}),
  }
}

/** The octets of the attributes alone. */
export function encodeAttributes(attributes: PathAttributes, context: UpdateContext): Uint8Array<ArrayBuffer> {
  const w = new Writer()
  writeAttributes(w, attributes, context)
  return w.finish()
}

/** Attributes as they are passed on: unknown ones must be transitive and become partial (RFC 4271 §5). */
export function passedOn(attributes: PathAttributes): PathAttributes {
  const { unknown, ...known } = attributes
  const kept = (unknown ?? [])
    .filter(({ flags, code }) => (flags & attributeFlag.transitive) !== 0 && code !== attributeCode.as4Path)
    .map((one) => ({ ...one, flags: one.flags | attributeFlag.partial }))
  return kept.length > 0 ? { ...known, unknown: kept } : known
}

/** A template: what the records of one data set id look like (RFC 7011 §3.4.1, §3.4.2; RFC 3954 §5.2, §6.1). @module */
import type { Decode } from './decode/context.ts'
import type { CompiledLayout, DecoderCache } from './decode/compile.ts'
import { type FieldSpecifier, layoutOf } from './layout.ts'
import type { OptionsField } from './options-record.ts'

/** Set ids below are templates and reserved (RFC 7011 §3.3.2). */
export const firstDataSetId = 256

export interface Template {
  readonly id: number
  /** Fields in front that say what the others are about; 0 for data records. */
  readonly scopeCount: number
  readonly fields: readonly FieldSpecifier[]
  /** When it was last announced or used, milliseconds since 1970. */
  usedAt: number
  compiled: CompiledLayout | undefined
  /** Of a template of options records, when one was read. */
  optionsFields: readonly OptionsField[] | undefined
}

export function sameFields(a: readonly FieldSpecifier[], b: readonly FieldSpecifier[]): boolean {
  return (
    a.length === b.length &&
    a.every((field, index) => {
      const other = b[index]!
      return field.element === other.element && field.length === other.length && field.enterprise === other.enterprise
    })
  )
}

/** The decoder of a template of data records, compiled when it is first used. */
export function decoderOf(template: Template, cache: DecoderCache): CompiledLayout & { readonly decode: Decode } {
  const { compiled } = template
  if (compiled?.decode) return compiled as CompiledLayout & { readonly decode: Decode }
  const made = cache.compile(layoutOf(template.fields))
  template.compiled = made
  return made
}

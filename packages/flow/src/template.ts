/** A template: what the records of one data set id look like (RFC 7011 §3.4.1, §3.4.2; RFC 3954 §5.2, §6.1). @module */
import type { CompiledLayout, DecoderCache, ReadyDecoder } from './decode/compile.ts'
import type { VectorDecode } from './decode/vector-source.ts'
import { type FieldSpecifier, layoutOf, variableLength } from './layout.ts'
import type { OptionsField } from './options-record.ts'

/** Set ids below are templates and reserved (RFC 7011 §3.3.2). */
export const firstDataSetId = 256

export interface Template {
  readonly id: number
  /** Fields in front that say what the others are about; 0 for data records. */
  readonly scopeCount: number
  readonly fields: readonly FieldSpecifier[]
  /** Octets of the shortest record; 0 means that there is nothing to decode. */
  readonly minLength: number
  /** Whether all records have `minLength` octets. */
  readonly isFixed: boolean
  /** When it was last announced or used, milliseconds since 1970. */
  usedAt: number
  /** Whether data came for it, in this life of the collector or the one before. */
  isUsed: boolean
  compiled: CompiledLayout | undefined
  /** Of a template of options records, when one was read. */
  optionsFields: readonly OptionsField[] | undefined
}

/** A template of a stream's own, with its decoder of vector instructions for the memory that datagrams stand in. */
export interface SteadyTemplate {
  readonly template: Template
  readonly compiled: CompiledLayout
  readonly memory: WebAssembly.Memory
  readonly decode: VectorDecode
}

export function newTemplate(
  { id, scopeCount, fields }: Pick<Template, 'id' | 'scopeCount' | 'fields'>,
  now: number,
): Template {
  const octets = fields.map(({ length }) => (length === variableLength ? 1 : length))
  return {
    id,
    scopeCount,
    fields,
    minLength: octets.reduce((sum, each) => sum + each, 0),
    isFixed: fields.every(({ length }) => length !== variableLength),
    usedAt: now,
    isUsed: false,
    compiled: undefined,
    optionsFields: undefined,
  }
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

/**
 * The decoder of a template of data records, compiled when `exporter` first uses it; `undefined` where that may not be
 * now.
 */
export function decoderOf(
  template: Template,
  cache: DecoderCache,
  exporter: number,
  now: number,
): ReadyDecoder | undefined {
  const { compiled } = template
  if (compiled?.decode) {
    compiled.usedAt = now
    return compiled as ReadyDecoder // sound: `decode` was looked at
  }
  const made = cache.compileIfAllowed(layoutOf(template.fields), exporter, now)
  template.compiled = made
  return made
}

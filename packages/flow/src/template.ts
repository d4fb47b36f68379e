/** A template: the format of the records of one data set id (RFC 7011 §3.4.1, §3.4.2; RFC 3954 §5.2, §6.1). @module */
import type { CompiledLayout, DecoderCache, ReadyDecoder } from './decode/compile.ts'
import type { VectorDecode } from './decode/vector-source.ts'
import { type FieldSpecifier, layoutOf, variableLength } from './layout.ts'
import type { OptionsField } from './options-record.ts'

/** Lower set ids are template sets or reserved (RFC 7011 §3.3.2). */
export const firstDataSetId = 256

export interface Template {
  readonly id: number
  /** Number of scope fields, which come first; 0 for data records. */
  readonly scopeCount: number
  readonly fields: readonly FieldSpecifier[]
  /** Octets of the shortest record; 0 means there is nothing to decode. */
  readonly minLength: number
  /** Whether all records have `minLength` octets. */
  readonly isFixed: boolean
  /** When the template was last announced or used, milliseconds since 1970. */
  usedAt: number
  /** Whether data for it arrived, since the collector started or before the snapshot. */
  isUsed: boolean
  /** It was announced again while data that it does not fill waited: its exporter pads with octets of its own. */
  padsFreely: boolean
  compiled: CompiledLayout | undefined
  /** The fields of an options template, set when its first record is read. */
  optionsFields: readonly OptionsField[] | undefined
}

/** A stream's own template, with its vector decoder for the memory that holds the datagrams. */
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
    padsFreely: false,
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
 * The decoder of a template of data records, compiled on first use. Undefined if `exporter` may not compile it within
 * this second.
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
    return compiled as ReadyDecoder // sound: `decode` was checked
  }
  const made = cache.compileIfAllowed(layoutOf(template.fields), exporter, now)
  template.compiled = made
  return made
}

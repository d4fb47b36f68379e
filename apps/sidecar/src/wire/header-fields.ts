/** Header fields as pairs in the order and case in which they came. @module */

export type HeaderFields = readonly (readonly [name: string, value: string])[]

/** They belong to one connection (RFC 9110 §7.6.1, RFC 9112 §9.6, §6.1). */
const hopByHop = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** From node's flat list of raw fields, without those of the connection. */
export function endToEnd(raw: readonly string[]): HeaderFields {
  const fields: (readonly [string, string])[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) fields.push([raw[at]!, raw[at + 1]!])
  return withoutConnection(fields)
}

/** Without those of one connection, also when a peer sends them: they would frame what we write next. */
export function withoutConnection(fields: HeaderFields): HeaderFields {
  const named = new Set(valuesOf(fields, 'connection').flatMap((value) => value.toLowerCase().split(/\s*,\s*/)))
  return fields.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
}

/** As node takes them. */
export const flat = (fields: HeaderFields): string[] => fields.flat()

export function valuesOf(fields: HeaderFields, name: string): readonly string[] {
  return fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
}

export const valueOf = (fields: HeaderFields, name: string): string | undefined => valuesOf(fields, name)[0]

/** Without the fields of that name, in lower case. */
export const without = (fields: HeaderFields, ...names: readonly string[]): HeaderFields =>
  fields.filter(([name]) => !names.includes(name.toLowerCase()))

/** CGI, and what is made after it, cannot tell `Vagus_Agent` or `Vagus.Agent` from `Vagus-Agent`. */
export const spelledPlainly = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')

/** Octets of the content as the fields say; `undefined`: they do not, `NaN`: in no way that everybody reads alike. */
export function contentLengthOf(fields: HeaderFields): number | undefined {
  const values = valuesOf(fields, 'content-length')
  if (values.length === 0) return undefined
  return values.length === 1 && /^\d{1,15}$/.test(values[0]!) ? Number(values[0]) : Number.NaN
}

/** The media type alone, in lower case: `text/event-stream`. */
export function mediaTypeOf(fields: HeaderFields): string {
  return (valueOf(fields, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase()
}

/** `application/json` and what ends in `+json`. */
export const isJson = (headers: HeaderFields): boolean => /^application\/([\w.-]+\+)?json$/.test(mediaTypeOf(headers))

/** Whether the content can be read as it is. */
export function isIdentityCoded(fields: HeaderFields): boolean {
  const coding = valueOf(fields, 'content-encoding')
  return coding === undefined || coding.trim().toLowerCase() === 'identity'
}

/** How the local server is told where the content ends: by us, whatever the caller said. */
export function framingOf(length: number | undefined, what: 'content' | 'no content'): HeaderFields {
  if (length !== undefined) return [['Content-Length', String(length)]]
  return what === 'content' ? [['Transfer-Encoding', 'chunked']] : []
}

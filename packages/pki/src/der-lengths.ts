/**
 * Whether the lengths of a DER value fit into each other (X.690 §8.1.3, §10.1). asn1js lets children reach past their
 * parent, so that one text could be read in two ways.
 * @module
 */

/** A request with a chain nests 12 deep. The parser behind is recursive. */
const maxDepth = 32

/** Why `octets` is not one DER value; `undefined` if it is, as far as tags and lengths say. */
export function lengthProblem(octets: Uint8Array): string | undefined {
  /** Where the values around the current one end, the outermost first. */
  const ends: number[] = []
  let at = 0
  do {
    const head = headAt(octets, at)
    if (typeof head === 'string') return head
    const end = head.content + head.length
    if (end > (ends.at(-1) ?? octets.length)) return `the value at octet ${at} reaches past the one around it`
    if (ends.length === maxDepth) return `it is nested more than ${maxDepth} deep`
    at = head.form === 'constructed' ? head.content : end
    if (head.form === 'constructed') ends.push(end)
    while (at === ends.at(-1)) ends.pop()
  } while (ends.length > 0)
  return at === octets.length ? undefined : 'there are octets behind its end'
}

interface Head {
  readonly form: 'primitive' | 'constructed'
  /** Where the content begins, and how long it is. */
  readonly content: number
  readonly length: number
}

function headAt(octets: Uint8Array, at: number): Head | string {
  const [tag, first] = octets.subarray(at, at + 2)
  if (tag === undefined) return 'there is nothing'
  if (tag === 0) return `the value at octet ${at} is an end of contents, which DER does not have`
  if ((tag & 0x1f) === 0x1f) return `the value at octet ${at} has a tag of several octets`
  if (first === undefined) return `the value at octet ${at} has no length`
  const form = (tag & 0x20) === 0 ? 'primitive' : 'constructed'
  if (first < 0x80) return { form, content: at + 2, length: first }
  const size = first & 0x7f
  if (size === 0 || size > 3) return `the length at octet ${at + 1} is indefinite or too long; DER has neither`
  const written = octets.subarray(at + 2, at + 2 + size)
  const length = written.reduce((sum, octet) => sum * 256 + octet, 0)
  const isShortest = written.length === size && length >= 0x80 && written[0] !== 0
  return isShortest
    ? { form, content: at + 2 + size, length }
    : `the length at octet ${at + 1} is not in its shortest form`
}

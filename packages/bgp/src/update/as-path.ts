/**
 * AS_PATH (RFC 4271 §4.3, RFC 5065 §3) and its reconstruction from AS4_PATH (RFC 6793 §4.2.3).
 *
 *   octets  1     1      2 or 4 each
 *           type  count  AS numbers
 *
 * @module
 */
import { DecodeError, type Reader, type Writer } from '@vagus/wire'
import { asTrans, segmentType } from '../registry.ts'

/** `type` is a number of `segmentType`; `as` are 1..255 AS numbers, the nearest first. */
export interface Segment {
  readonly type: number
  readonly as: readonly number[]
}

export type AsPath = readonly Segment[]

/**
 * @throws {DecodeError} on an unknown type, a count of 0, AS 0 (RFC 7607 §2), an overrun or a stray octet (RFC 7606
 * §7.2)
 */
export function readAsPath(r: Reader, asOctets: 2 | 4): AsPath {
  const segments: Segment[] = []
  while (r.left > 0) {
    const at = r.offset
    const type = r.uint8()
    if (type < segmentType.set || type > segmentType.confedSet) {
      throw new DecodeError('bad-value', at, `segment type ${type} is none of 1..4`)
    }
    const count = r.uint8()
    if (count === 0) throw new DecodeError('bad-length', at + 1, 'a segment without an AS')
    const inner = r.sub(count * asOctets)
    const as = Array.from({ length: count }, () => (asOctets === 4 ? inner.uint32() : inner.uint16()))
    if (as.includes(0)) throw new DecodeError('bad-value', at, 'AS 0 in a path (RFC 7607)')
    segments.push({ type, as })
  }
  return segments
}

/** With two octets, what does not fit becomes AS_TRANS; `as4PathOf` says what else to send then. */
export function writeAsPath(w: Writer, path: AsPath, asOctets: 2 | 4): void {
  for (const { type, as } of path) {
    w.uint8(type)
    w.uint8(as.length)
    for (const one of as) {
      if (asOctets === 4) w.uint32(one)
      else w.uint16(one > 0xffff ? asTrans : one)
    }
  }
}

/** What AS4_PATH must say beside a path written with two octets; undefined when every AS fits (RFC 6793 §4.2.2). */
export function as4PathOf(path: AsPath): AsPath | undefined {
  if (!path.some(({ as }) => as.some((one) => one > 0xffff))) return undefined
  return path.filter(isCounted)
}

/** ASes in the path as the decision process counts them: a set is one, a confederation none (RFC 4271 §9.1.2.2). */
export function pathLengthOf(path: AsPath): number {
  let length = 0
  for (const { type, as } of path) {
    if (type === segmentType.sequence) length += as.length
    else if (type === segmentType.set) length += 1
  }
  return length
}

/**
 * The AS that the path came from, as the decision process takes it (RFC 4271 §9.1.2.2 c); 0: it begins with a set, or
 * here.
 */
export function neighbourAsOf(path: AsPath): number {
  const first = path.find(({ type }) => type === segmentType.sequence || type === segmentType.set)
  return first?.type === segmentType.sequence ? first.as[0]! : 0
}

/**
 * The whole path from the one with two octets and AS4_PATH: the ASes that only the first has stay in front. An AS4_PATH
 * longer than the path is ignored (RFC 6793 §4.2.3).
 */
export function mergedAsPath(path: AsPath, as4Path: AsPath): AsPath {
  const tail = as4Path.filter(isCounted)
  let missing = pathLengthOf(path) - pathLengthOf(tail)
  if (missing < 0) return path
  const front: Segment[] = []
  for (const segment of path) {
    if (!isCounted(segment)) {
      front.push(segment)
      continue
    }
    if (missing === 0) break
    if (segment.type === segmentType.set) {
      front.push(segment)
      missing -= 1
      continue
    }
    const as = segment.as.slice(0, missing)
    front.push({ type: segment.type, as })
    missing -= as.length
  }
  return joined(front, tail)
}

/** Two sequences that meet become one while they fit into one. */
function joined(front: readonly Segment[], tail: AsPath): AsPath {
  const last = front.at(-1)
  const [first, ...others] = tail
  const isOne = last?.type === segmentType.sequence && first?.type === segmentType.sequence
  if (!isOne || last.as.length + first.as.length > 255) return [...front, ...tail]
  return [...front.slice(0, -1), { type: segmentType.sequence, as: [...last.as, ...first.as] }, ...others]
}

/** Whether it means something within a confederation alone (RFC 5065 §3). */
export const isOfConfederation = ({ type }: Segment): boolean =>
  type === segmentType.confedSequence || type === segmentType.confedSet

const isCounted = ({ type }: Segment): boolean => type === segmentType.sequence || type === segmentType.set

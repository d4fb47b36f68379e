/** The frame that acknowledges packets of a path (RFC 9000 §19.3, preceded by the path). @module */
import { DecodeError } from '@vagus/wire'
import { type Acknowledgements, maxAckRanges } from './acknowledgements.ts'
import { frameType } from './frame-type.ts'
import { type FrameReader, type FrameWriter, varintOctets } from './varint.ts'

/** Maximum octets of such a frame. */
export const maxAckOctets = 1 + 8 + 8 + 8 + 2 + 8 + maxAckRanges * 16

/** Reports which packets of `path` arrived, highest ranges first, as far as there is room. */
export function writeAck(out: FrameWriter, path: number, acks: Acknowledgements, now: number): void {
  const { arrived } = acks
  const highest = arrived.count - 1
  let further = 0
  let room = out.room - (1 + 8 + 8 + 8 + 2 + 8)
  while (further < Math.min(highest, maxAckRanges - 1)) {
    const index = highest - further
    const gap = arrived.from(index) - arrived.to(index - 1) - 1
    room -= varintOctets(gap) + varintOctets(arrived.to(index - 1) - arrived.from(index - 1) - 1)
    if (room < 0) break
    further++
  }
  out.uint8(frameType.ack)
  out.varint(path)
  out.varint(arrived.to(highest) - 1)
  out.varint(Math.round(Math.max(now - acks.largestAt, 0) * 1000))
  out.varint(further)
  out.varint(arrived.to(highest) - arrived.from(highest) - 1)
  for (let index = highest - 1; index >= highest - further; index--) {
    out.varint(arrived.from(index + 1) - arrived.to(index) - 1)
    out.varint(arrived.to(index) - arrived.from(index) - 1)
  }
}

export interface Ack {
  readonly path: number
  /** Milliseconds between the arrival of the largest and this frame. */
  readonly delay: number
  /** First and last (inclusive) of each range in turn, highest range first. */
  readonly ranges: readonly number[]
}

/** @throws {DecodeError} if a range goes below 0, or there are too many */
export function readAck(reader: FrameReader): Ack {
  const path = reader.varint()
  const largest = reader.varint()
  const delay = reader.varint() / 1000
  const further = reader.varint()
  if (further >= maxAckRanges)
    throw new DecodeError('bad-value', 0, `${further} ranges; at most ${maxAckRanges} are allowed`)
  let first = largest - reader.varint()
  const ranges = [first, largest]
  for (let index = 0; index < further; index++) {
    const last = first - reader.varint() - 2
    first = last - reader.varint()
    ranges.push(first, last)
  }
  if (first < 0) throw new DecodeError('bad-value', 0, 'acknowledges packets below 0')
  return { path, delay, ranges }
}

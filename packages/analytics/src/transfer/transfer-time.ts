/**
 * How long octets take over a way that others use, too. It is what is left beside them: a transfer that yields to nobody is
 * faster, and whoever comes later slows it down.
 * @module
 */
import type { WayStep } from './way.ts'

/** Of what is sent, the part that is no header: of IP, of a transport and of its encryption, in packets of 1,200 octets. */
const payload = 0.93
/** Below this part of the capacity a link counts as full: what is left changes faster than anybody measures it. */
const least = 0.02

export interface TransferTime {
  /** Until the last octet has left; without propagation. Null: it cannot be told, as a link is full or its load not known. */
  readonly milliseconds: number | null
  /** What the octets get, bits per second with headers. Null: not known. */
  readonly room: number | null
  /** The step that limits it, or of which nothing is known; undefined without a way. */
  readonly limit: WayStep | undefined
}

/** Where equally short paths share, a transfer takes one of them: the worst is told. @param octets 1.. */
export function transferTime(octets: number, way: readonly WayStep[]): TransferTime {
  const unknown = way.find(({ room }) => room === null)
  if (unknown !== undefined) return { milliseconds: null, room: null, limit: unknown }
  const [first, ...more] = way
  if (first === undefined) return { milliseconds: null, room: null, limit: undefined }
  const limit = more.reduce((worst, step) => (step.room! < worst.room! ? step : worst), first)
  const room = limit.room!
  return { milliseconds: room < limit.capacity * least ? null : timeAt(octets, room), room, limit }
}

/** Milliseconds at a rate that is the transfer's alone, above 0 bits per second. */
export const timeAt = (octets: number, bitsPerSecond: number): number =>
  Math.ceil((octets * 8000) / (bitsPerSecond * payload))

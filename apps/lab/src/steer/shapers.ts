/**
 * What the shapers of a border's links have sent and dropped, by the kernel's own counters at the neighbour's end: there
 * stands the queue that a full link fills.
 * @module
 */

/** Counters of a shaper since its start. */
export interface ShaperCounters {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of Ethernet frames, which is what the shaper counts against the link's capacity. */
  readonly octets: number
  readonly packets: number
  /** Packets for which the queue had no room. */
  readonly dropped: number
}

/** By name of the link, oldest first. */
export type ShaperLog = ReadonlyMap<string, readonly ShaperCounters[]>

/** An interface of `tc -s -j qdisc show`, as far as it is read. */
interface QueueDiscipline {
  readonly kind?: string
  readonly dev?: string
  readonly bytes?: number
  readonly packets?: number
  readonly drops?: number
}

/** Prints the time and the counters of all shapers of a node about once a second, in two lines each time. */
export const shaperCommand = ['sh', '-c', 'while date +%s%3N && tc -s -j qdisc show; do sleep 1; done'] as const

/** Counters by interface from the second line that `shaperCommand` prints. @throws {SyntaxError} on text that is no JSON */
export function countersIn(at: number, text: string): ReadonlyMap<string, ShaperCounters> {
  const found = JSON.parse(text) as readonly QueueDiscipline[]
  return new Map(
    found.flatMap(({ kind, dev, bytes = 0, packets = 0, drops = 0 }) =>
      kind === 'tbf' && dev !== undefined ? [[dev, { at, octets: bytes, packets, dropped: drops }] as const] : [],
    ),
  )
}

/**
 * What an observer would see if a session sent at a constant rate while it is used: one long packet each way every so often, in
 * blocks, whether there is something to say or not. Made from a trace, so it leaves out that answers would come later.
 * @module
 */
import type { Seen, Trace } from './trace.ts'

export interface Cover {
  /** Milliseconds between packets. */
  readonly every: number
  /** Packets each way; a block follows a block while there is something left to send. */
  readonly block: number
}

const packet = 1200
/** Header and tag, which packets that are merged have once. */
const overhead = 29

/** @returns what is sent, and how many milliseconds later the last content leaves */
export function covered(trace: Trace, { every, block }: Cover): { readonly trace: Trace; readonly later: number } {
  const began = trace[0]?.at ?? 0
  const sent: Seen[] = []
  let later = 0
  for (const way of ['out', 'in'] as const) {
    const waiting = trace.filter((seen) => seen.way === way)
    let [next, octets, count] = [0, 0, 0]
    for (let at = began; next < waiting.length || octets > 0; at += every) {
      for (; waiting[next] !== undefined && waiting[next]!.at <= at; next++)
        octets += Math.max(waiting[next]!.octets - overhead, 1)
      octets = Math.max(0, octets - (packet - overhead))
      count++
    }
    const last = waiting.at(-1)?.at ?? began
    later = Math.max(later, began + (count - 1) * every - last)
    const whole = Math.ceil(count / block) * block
    for (let index = 0; index < whole; index++) sent.push({ at: began + index * every, way, octets: packet, flow: 0 })
  }
  return { trace: sent.sort((one, other) => one.at - other.at), later }
}

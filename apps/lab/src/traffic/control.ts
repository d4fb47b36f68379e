/**
 * Requests to a running generator over its Unix socket: a line of JSON each way.
 *
 *   → {"command":"surge","to":"transit","factor":3,"seconds":60}
 *   ← {"type":"done"}
 * @module
 */
import type { Surge } from './engine.ts'
import type { FamilyTraffic } from './kernel-counters.ts'
import type { ReceivedPayload } from './sinks.ts'

export type ControlRequest =
  | { readonly command: 'stats' }
  /** `from`, when given, must be the generator's own site. */
  | ({ readonly command: 'surge'; readonly from?: string } & Surge)

export type ControlReply = { readonly type: 'stats'; readonly stats: Stats } | { readonly type: 'done' }

/** State of a generator. Counters run from its start and never fall. */
export interface Stats {
  readonly site: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Since the traffic began. */
  readonly seconds: number
  /** IP octets and packets as the kernel sent them, acknowledgements of what came in included, by destination. */
  readonly sent: Readonly<Record<string, FamilyTraffic>>
  /** Octets of payload that came in, by source. */
  readonly receivedPayload: ReceivedPayload
  /** What the plan and the surges ask for now, in bits per second of IP packets, by destination. */
  readonly bitsPerSecond: Readonly<Record<string, number>>
  /** `failed`: sockets and connections that did not open or broke. */
  readonly flows: { readonly opened: number; readonly open: number; readonly failed: number }
  /** Octets of payload that were due and not sent: the process or the network was too slow. */
  readonly unsentOctets: number
  /** Octets that the kernel counted and that are not in `sent` yet. */
  readonly waitingOctets: { readonly v4: number; readonly v6: number }
  /** Octets that the kernel counted and that no flow explains. */
  readonly unexplainedOctets: { readonly v4: number; readonly v6: number }
  readonly process: { readonly pid: number; readonly cpuSeconds: number; readonly rssOctets: number }
}

/** The request that `value` holds. @throws {RangeError} with what would be right */
export function parseRequest(value: Readonly<Record<string, unknown>>): ControlRequest {
  const text = (name: string): string => {
    const field = value[name]
    if (typeof field !== 'string') throw new RangeError(`"${name}" must be a string`)
    return field
  }
  const number = (name: string): number => {
    const field = value[name]
    if (typeof field !== 'number') throw new RangeError(`"${name}" must be a number`)
    return field
  }
  switch (value['command']) {
    case 'stats':
      return { command: 'stats' }
    case 'surge': {
      const common = { command: 'surge', to: text('to'), seconds: number('seconds') } as const
      const from = value['from'] === undefined ? {} : { from: text('from') }
      if ('factor' in value === 'bitsPerSecond' in value) {
        throw new RangeError('a surge must have "factor" or "bitsPerSecond", and not both')
      }
      return 'factor' in value
        ? { ...common, ...from, factor: number('factor') }
        : { ...common, ...from, bitsPerSecond: number('bitsPerSecond') }
    }
    default:
      throw new RangeError('"command" must be stats or surge')
  }
}

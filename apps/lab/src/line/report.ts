/** What a run of the scenario `line` measured. Times are milliseconds, rates bits per second. @module */
import type { LabState } from '../lab.ts'
import type { RoundTrips } from './figures.ts'

export interface LineReport {
  readonly provenance: LabState['provenance']
  readonly substrate: LabState['substrate']
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before its end. */
  readonly loadavg: readonly number[]
  /** Of each core link. */
  readonly capacity: number
  /** UDP from another site over the link that best effort takes, too: what was sent, as a mean of the whole run. */
  readonly crossLoad: number
  /** Between the same two hosts: best effort, the same under load, and the line under the same load. */
  readonly stretches: { readonly idle: Stretch; readonly loaded: Stretch; readonly line: Stretch }
  readonly order: {
    /** Who ordered it: an agent at the site, by itself. */
    readonly by: string
    readonly bitsPerSecond: number
    readonly onTheWire: number
    /** Its routers. */
    readonly path: string
    /** From the order of the agent's program to the answer that the line is active. */
    readonly command: number
    /** As the controller says: from the first question to the last confirmation. */
    readonly setUp: number | null
  }
  /** By `vagus line change --avoid`, with the probes from its start until a second after its end. */
  readonly planned: Moved
  /** The same of a line with a second path, which its ends take by themselves. */
  readonly protectedCut: Moved & { readonly link: string }
  /** A link of its path is unplugged, with the probes from then until two seconds after the move. */
  readonly cut: Moved & { readonly link: string }
  readonly refusal: {
    readonly bitsPerSecond: number
    readonly exit: number
    readonly because: string
    readonly alternative: string | null
  }
  /** Encapsulated packets to the line's SID from another site. */
  readonly spoof: { readonly sent: number; readonly answered: number; readonly dropped: number }
  /** The line's probes while a program was dead, after kill -9. */
  readonly dead: { readonly controller: RoundTrips; readonly device: RoundTrips }
  readonly release: {
    readonly command: number
    /** What the routers have more (+) or less (-) than before the order; empty: nothing. */
    readonly left: readonly string[]
  }
}

export interface Stretch {
  readonly roundTrips: RoundTrips
  /** Of one TCP connection, without headers. */
  readonly goodput: number
}

export interface Moved {
  readonly from: string
  readonly to: string
  /** Until the controller said that it goes over the other path. */
  readonly after: number
  readonly roundTrips: RoundTrips
}

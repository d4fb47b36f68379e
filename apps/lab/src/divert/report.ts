/** What a run of the scenario `divert` measured. Times are milliseconds, rates bits per second. @module */
import type { LabState } from '../lab.ts'
import type { RoundTrips } from '../line/figures.ts'
import type { Figures } from './figures.ts'
import type { Strategy } from './scheduler/decide.ts'

export interface DivertReport {
  readonly provenance: LabState['provenance']
  readonly substrate: LabState['substrate']
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before its end. */
  readonly loadavg: readonly number[]
  readonly seed: number
  /** How long the data centre was overloaded in each run. */
  readonly busy: number
  /** Of each link of the ring. */
  readonly capacity: number
  /** What the others send over the link to the idlest data centre, as a mean of the runs with it. */
  readonly background: number
  /** With the link filled: one for each strategy. */
  readonly filled: Readonly<Partial<Record<Strategy, DivertRun>>>
  /** Without any other traffic, where asking the network gives nothing. */
  readonly quiet: Readonly<Partial<Record<Strategy, DivertRun>>>
  /** `aware` once more, and kill -9 of schedulers and side-cars meanwhile; null: it was not asked for. */
  readonly killed: DivertRun | null
}

export interface DivertRun extends Figures {
  /** All octets that left over the link to the idlest data centre, by the router's counter. */
  readonly octetsOverLink: number
  /** Echo requests of 200 octets every 20 ms of others over that link, while the data centre was overloaded. */
  readonly others: RoundTrips
}

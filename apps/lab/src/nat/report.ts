/** What the scenario `nat` found. @module */
import type { Provenance } from '../provenance.ts'
import type { RecordOptions } from '../record/layout.ts'
import type { Kind } from './network.ts'

/** One pair of ends. Times in milliseconds; null: it did not happen. */
export interface NatCell {
  readonly ends: readonly [Kind, Kind]
  /** How the stream went at the end of the search. */
  readonly path: 'direct' | 'relay' | 'none'
  /** Whether the way to the relay went through a proxy, at either end. */
  readonly proxies: readonly [boolean, boolean]
  /** From when there was a session until data went directly. */
  readonly directAfter: number | null
  /** What both ends know of their NATs, and why there is no direct path. */
  readonly mapped: readonly [string | null, string | null]
  readonly why: string | null
  /** Messages of a stream, one every 10 ms, that went all the time. */
  readonly sent: number
  readonly lost: number
  readonly repeated: number
  /** The longest time between two messages while the direct path was found, and when it was cut afterwards. */
  readonly gap: number
  readonly cutGap: number | null
}

export interface NatReport {
  readonly provenance: Provenance
  readonly substrate: string
  readonly loadavg: readonly number[]
  readonly cells: readonly NatCell[]
}

/** What the process inside prints, one JSON a line. */
export type Inside =
  | { readonly type: 'step'; readonly step: string; readonly seconds: number }
  | { readonly type: 'cell'; readonly cell: NatCell }

export interface InsideOptions {
  readonly pairs: readonly (readonly [Kind, Kind])[]
  /** For logs and keys; it is there. */
  readonly folder: string
  readonly record?: Required<RecordOptions> | undefined
}

/** What an agent of the scenario prints, one JSON a line. */
export type AgentSays =
  | { readonly type: 'ready' }
  /** The caller's search has ended. */
  | { readonly type: 'settled' }
  | ({ readonly type: 'ended'; readonly isProxied: boolean } & Omit<NatCell, 'ends' | 'proxies'>)
  /** The server has sent all. */
  | { readonly type: 'served'; readonly isProxied: boolean }

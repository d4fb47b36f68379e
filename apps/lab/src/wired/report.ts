/** What the scenario `wired` found. @module */
import type { Provenance } from '../provenance.ts'
import type { RecordOptions } from '../record/layout.ts'
import type { MoveKind, Outcome } from './evaluate.ts'
import type { EdgeName } from './network.ts'

export interface WiredReport {
  readonly provenance: Provenance
  readonly substrate: string
  readonly loadavg: readonly number[]
  /** As the routers say. */
  readonly routers: readonly string[]
  readonly moves: Readonly<Record<MoveKind, number>>
  /** Milliseconds between moves. */
  readonly interval: number
  /** The mobile address. */
  readonly address: string
  /** To that; to the address that the host has on its first link; to a host that moves within one LAN. */
  readonly halves: Readonly<Record<'vagus' | 'without' | 'lan', Outcome>>
  /** Milliseconds from the moment in which the new link was up until an edge had attached the address, of each move. */
  readonly attachedAfter: readonly number[]
  /** Host routes of the block at the core at the end: one for one address. */
  readonly routesLeft: number
  /** Milliseconds from kill -9 of the agent where the address is attached until the core has no route, and has it again. */
  readonly killed: { readonly withdrawnAfter: number; readonly backAfter: number }
}

/** What the process inside found. */
export type InsideReport = Omit<WiredReport, 'provenance' | 'substrate' | 'loadavg'>

export interface InsideOptions {
  readonly moves: number
  readonly how: MoveKind | 'mixed'
  /** Milliseconds. */
  readonly interval: number
  readonly seed: number
  /** Those that the host moves between. */
  readonly edges: readonly EdgeName[]
  /** For logs; it is there. */
  readonly folder: string
  readonly record?: Required<RecordOptions> | undefined
}

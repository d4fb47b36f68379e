/** What the scenario `vehicles` found. @module */
import type { Consumption } from '@vagus/channel'
import type { Provenance } from '../provenance.ts'
import type { IncidentTime, Outcome } from './evaluate.ts'
import type { PeerName } from './peers.ts'
import type { Plan, Radio } from './schedule.ts'

export interface PeerReport extends Outcome {
  /** On the air, of all vehicles and both directions: Ethernet frames, also those that were lost. */
  readonly octets: number
  /** Of the vehicles in turn: what their radios took by the energy model, each peer as if it were the only one. */
  readonly radios: readonly Readonly<Record<Radio, Consumption>>[]
}

export interface VehiclesReport extends Plan {
  readonly provenance: Provenance
  readonly substrate: string
  readonly loadavg: readonly number[]
  readonly vehicles: number
  /** Milliseconds that a vehicle has to stop. */
  readonly stopWithin: number
  readonly incidents: readonly IncidentTime[]
  readonly peers: { readonly vagus: PeerReport } & Partial<Readonly<Record<PeerName, PeerReport>>>
  /** The programs that are missing for MQTT, with the command that installs them; null: nothing is missing. */
  readonly missing: string | null
  /** Milliseconds from the first order until everything had arrived. */
  readonly forMs: number
}

/** What the process inside found. */
export type InsideReport = Pick<VehiclesReport, 'incidents' | 'peers' | 'forMs' | 'stopWithin'>

export interface InsideOptions extends Plan {
  readonly vehicles: number
  readonly peers: readonly PeerName[]
  /** For logs and keys; it is there. */
  readonly folder: string
}

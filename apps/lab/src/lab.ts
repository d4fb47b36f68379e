/**
 * Parameters and results of the functions of this package.
 * @module
 */

import type { ConfigInput } from '@vagus/api'
import type { Fates } from './access/emulator-control.ts'
import type { Provenance } from './provenance.ts'
import type { RecordOptions } from './record/layout.ts'

/** Selects a lab. */
export interface LabReference {
  /** Name of the lab; default: the only one there is, else `metro`. */
  readonly name?: string
  /** Folder of the state, as `$VAGUS_HOME`; default `$VAGUS_HOME`, else `~/.vagus`. Labs live in its folder `lab`. */
  readonly home?: string
}

/** One step of coming up, in the order in which they end. `seconds` is how long that step took. */
export interface LabStep {
  readonly step:
    | 'namespaces'
    | 'recorder'
    | 'routers'
    | 'converged'
    | 'controller'
    | 'exporters'
    | 'devices'
    | 'traffic'
    | 'access'
    | 'agents'
  readonly seconds: number
  /** What was done, for people: `14 routers, 21 links`. */
  readonly detail: string
}

/** What may run beside the routers; `agents`: a side-car for each agent of the topology. */
export const labPrograms = ['controller', 'exporters', 'devices', 'traffic', 'agents'] as const
export type LabProgram = (typeof labPrograms)[number]

export interface TrafficOptions {
  /** The same seed gives the same traffic; default 1. */
  readonly seed?: number
  /** A measured matrix, which needs `$VAGUS_DATA`, or the built-in seeded one; default `abilene` where it is, else `gravity`. */
  readonly matrix?: 'abilene' | 'geant' | 'gravity'
  /** Share of its access that the busiest site uses in the busiest hour, above 0, at most 1; default 0.5. */
  readonly load?: number
  /** Minutes in which a day passes; without it the traffic stays at the mean of the day. */
  readonly dayMinutes?: number
}

/** Keys of `steering` in `vagus.yaml`, instead of the lab's own. */
export type SteeringOptions = NonNullable<ConfigInput['steering']>

export interface LabOptions extends LabReference {
  /** A topology of ours (`metro`, `small`) or the path of a YAML file; default `metro`. */
  readonly topology?: string
  /** ADDRESS:PORT outside where API and console are reached; default `127.0.0.1:7600`. */
  readonly listen?: string
  /** `attached`: the lab goes down with the calling process. `detached`: it stays until `labDown`. */
  readonly mode: 'attached' | 'detached'
  /** What runs beside the routers; default all. */
  readonly programs?: readonly LabProgram[]
  readonly traffic?: TrafficOptions
  readonly steering?: SteeringOptions
  /** Id of the owner whose intents controller and devices obey: until it publishes some, nothing new begins. Default: nobody's. */
  readonly intentsOf?: string
  /** Captures of all nodes, events and results in a folder; default: none. */
  readonly record?: RecordOptions
  readonly onStep?: (step: LabStep) => void
  /** Aborted while the lab comes up: it is taken down again, and `labUp` rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** An access network of an agent. `dead`: it still looks as if it were there, and carries nothing. */
export interface AccessState {
  readonly name: string
  /** The site that it joins. */
  readonly site: string
  readonly state: 'attached' | 'dead' | 'detached'
  readonly addresses: { readonly v4: string; readonly v6: string }
  /**
   * Fates of the packets of each way since the process of the link started: arrived or on their way, lost on the air, no
   * room in the queue, or offered or on their way while nothing is carried. Null when the process does not answer.
   */
  readonly fates: Fates | null
}

export interface AgentState {
  readonly name: string
  /** The network that it is on. */
  readonly network: string
  readonly networks: readonly AccessState[]
}

/**
 * How an agent moves. `planned`: the new network is up before the old one goes, and the agent is notified. `sudden`:
 * the old one stops carrying packets at once, without a sign, as the new one comes up.
 */
export interface Move {
  readonly agent: string
  readonly network: string
  readonly how: 'planned' | 'sudden'
}

/** Receipt of a move. */
export interface MoveReceipt {
  readonly agent: string
  readonly from: string
  readonly to: string
  readonly how: Move['how']
  /** When the old network ceased to be the one in use, milliseconds since 1970. */
  readonly at: number
}

/** What it takes to repeat a lab's traffic. */
export interface LabProvenance extends Provenance {
  readonly seed: number
  /** Null in a lab without traffic. */
  readonly matrix: NonNullable<TrafficOptions['matrix']> | null
}

/** State of a lab; `vagus lab up --json` and `vagus lab ls --json` print this. */
export interface LabState {
  readonly name: string
  readonly topology: string
  readonly state: 'starting' | 'running' | 'dead'
  /** `frr-userns`: FRR in a user namespace; `frr-netns`: FRR in namespaces that only root can make. */
  readonly substrate: 'frr-userns' | 'frr-netns'
  readonly routers: number
  readonly links: number
  readonly sites: number
  readonly agents: readonly AgentState[]
  /** Names that `labShell` takes. */
  readonly nodes: readonly string[]
  readonly programs: readonly LabProgram[]
  /**
   * Address of console and API, such as `http://127.0.0.1:7600`; empty without a controller, and when nothing listens
   * any longer.
   */
  readonly console: string
  /** Folder of logs, generated configuration and sockets; removed when the lab goes down. */
  readonly folder: string
  readonly startedAt: string
  readonly provenance: LabProvenance
  /** Milliseconds from the call until every routing daemon ran; null before. */
  readonly startedMs: number | null
  /** Milliseconds from then until every session was established and every router knew every prefix; null before. */
  readonly convergedMs: number | null
  /** Milliseconds from the call until everything asked for ran; null before. */
  readonly readyMs: number | null
  readonly steps: readonly LabStep[]
}

/** A lab that is up. */
export interface LabUp extends LabState {
  /** Takes everything down and removes the folder. */
  readonly down: () => Promise<void>
  /** Settles when the lab has ended: somebody took it down, or what holds it together is gone. */
  readonly ended: Promise<'taken-down' | 'lost'>
}

/** Receipt of a fault, with the words that undo it. */
export interface FaultReceipt {
  /** As people read it: `link pe-1-p-1 down`. */
  readonly fault: string
  /** Arguments of `vagus lab fault` that undo it, or null where nothing is left to undo. */
  readonly undo: readonly string[] | null
  /** Seconds until it is undone by itself; null: it stays. */
  readonly forSeconds: number | null
}

/** A surge of one pair of sites. */
export interface Surge {
  readonly source: string
  readonly sink: string
  /** Times the demand of the matrix. */
  readonly factor: number
  readonly seconds: number
}

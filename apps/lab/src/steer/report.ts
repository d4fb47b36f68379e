/** What a run of the scenario `steer` measured. Times are milliseconds unless they say otherwise. @module */
import type { Approval, ProposalResource } from '@vagus/api/steering'
import type { LabState } from '../lab.ts'
import type { RoundTrips } from '../line/figures.ts'
import type { LinkCourse, Stretch } from './figures.ts'
import type { SiteSurge } from './fill.ts'
import type { Negotiations } from './negotiations.ts'

/**
 * `approve`: by the command that an operator would type. `by-itself`: the controller acts within bounds. `faults`: programs
 * are killed while an approval is in force, one at a time. `kill`: all at once. `observe`: nothing is approved.
 */
export type SteerMode = 'approve' | 'by-itself' | 'faults' | 'kill' | 'observe'

export interface SteerReport {
  readonly provenance: LabState['provenance']
  readonly substrate: LabState['substrate']
  readonly mode: SteerMode
  readonly seed: number
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before its end. */
  readonly loadavg: readonly number[]
  readonly surges: readonly SiteSurge[]
  /** Measured. `after` begins when the moves are in force; in the mode `observe` it is a second `noAction`. */
  readonly stretches: { readonly usual: Stretch; readonly noAction: Stretch; readonly after: Stretch }
  /** As the controller had it at the end. Its `expected` and `outcome` are its own; nothing else here is. */
  readonly proposal: ProposalResource
  /** `after`: from the surge until it could be read. A better one may have taken its place before the approval. */
  readonly firstProposal: { readonly id: string; readonly after: number }
  /** From the surge to an alarm at 80 % on the readings that the controller had; null: those never were so high. */
  readonly static80After: number | null
  /** Null in the mode `observe`. */
  readonly approval: ApprovalFigures | null
  /** The first end of an approval. Null in the modes `observe` and `kill`. */
  readonly ending: EndingFigures | null
  /** Null but in the mode `faults`. */
  readonly faults: FaultFigures | null
  /** Null but in the mode `kill`. */
  readonly killed: KillFigures | null
  /** From the start of the measurement on. */
  readonly course: CourseFigures
  /** UPDATE messages that the neighbour got from us. */
  readonly updates: { readonly before: number; readonly approved: number; readonly undone: number }
  /** Prefixes that the neighbour was told of and did not know before. */
  readonly newPrefixes: readonly string[]
  /** `PREFIX SESSION` over which it was told and was not before. */
  readonly newPlaces: readonly string[]
  /** Whether the neighbour's routes at the end are those of before the surge. */
  readonly routesAsBefore: boolean
}

/** From the start of the command; by itself, from when the proposal was opened. */
export interface ApprovalFigures {
  readonly by: Approval['by']
  /** Until all agents had agreed, and what they set was seen at the neighbours. */
  readonly agreed: number
  /** Until no link lost packets for a while; null: they went on. */
  readonly relief: number | null
  /** Of the controller with the agents, for this approval. */
  readonly negotiations: Negotiations
  /** What the agents answered. */
  readonly leases: Approval['leases']
}

export interface EndingFigures {
  /** `undo`: by the command. `lease`: nobody did anything. `vagus`: by the controller, before its time. */
  readonly how: 'undo' | 'lease' | 'vagus'
  /** As the controller says; null: it does not know of an end. */
  readonly because: string | null
  /** Until the command ended; null where none was typed. */
  readonly command: number | null
  /** From the start of the command, or from when the leases were to end, until the neighbour had the routes of before; null: not within half a minute. */
  readonly routesAsBefore: number | null
}

export interface FaultFigures {
  /** Its kill -9 while the first approval is in force; it is started again when the leases have ended. */
  readonly controller: {
    /** From the kill until the leases were to end. */
    readonly dead: number
    /** Whether the neighbour kept the routes of the approval until then. */
    readonly routesKept: boolean
  }
  /** Kill -9 of the agent beside one router while a second approval is in force. */
  readonly device: {
    readonly device: string
    readonly proposal: string
    /** From the kill until its own routes at the neighbour were those of before; null: not within two minutes. */
    readonly ownAsBefore: number | null
    /** From the kill until the controller had ended the approval; null: likewise. */
    readonly noticed: number | null
    /** From the kill until all routes were those of before; null: likewise. */
    readonly routesAsBefore: number | null
    /** As the controller says. */
    readonly because: string | null
    /** Names of the events that told of it. */
    readonly events: readonly string[]
  }
}

/** Kill -9 of the controller and of the agents beside all routers while an approval is in force, and no surge any more. */
export interface KillFigures {
  readonly programs: readonly string[]
  /** From the kill until the neighbour had the routes of before; null: not within half a minute. */
  readonly routesAsBefore: number | null
  /** ICMP echoes over the border, from the kill until the routes were those of before, and at least five seconds. */
  readonly probes: RoundTrips
}

/** How full the border's links were, second by second. */
interface CourseFigures {
  /** By the neighbour's shapers. */
  readonly links: readonly LinkCourse[]
  /** What the controller's thresholds were when they were read: when, and for each link bits per second. */
  readonly thresholds: readonly { readonly at: number; readonly byLink: Readonly<Record<string, number>> }[]
  readonly moments: {
    readonly surge: number
    /** There is a proposal. */
    readonly proposal: number
    /** The action begins, and is in force. */
    readonly acting: number
    readonly inForce: number
    /** The end of the stretch behind it. */
    readonly measured: number
  }
}

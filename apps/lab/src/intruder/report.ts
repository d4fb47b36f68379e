/** What a run of the scenario `intruder` tried, and what came of it. Times are milliseconds. @module */
import type { LabState } from '../lab.ts'
import type { Flooded } from './host/flood.ts'
import type { Replayed } from './host/replay.ts'

export interface IntruderReport {
  readonly provenance: LabState['provenance']
  readonly substrate: LabState['substrate']
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before its end. */
  readonly loadavg: readonly number[]
  /** Every attempt, in order. */
  readonly attempts: readonly Attempt[]
  /** Sum of theirs: the aim is 0. */
  readonly gotIn: number
  readonly unenrolled: UnenrolledFigures
  readonly handshakes: HandshakeFigures
  /** Own key, in no roster. */
  readonly notMember: Refusal
  /** A member without the role that the policy wants. */
  readonly wrongRole: Refusal
  /** A member's signed document that somebody else publishes. */
  readonly copiedCard: 'refused' | 'accepted'
  /** The owner's roster of before its last change, published again. */
  readonly olderRoster: { readonly code: number; readonly went: 'back' | 'nowhere' }
  readonly lookalike: {
    /** Calls of a member by the name that both have. */
    readonly calls: number
    /** Of these, how many the roster's member answered. */
    readonly byMember: number
    /** A call by a name that only looks like it, and what became of it; the status is of HTTP. */
    readonly similar: {
      readonly name: string
      readonly code: number
      readonly type: string | null
      readonly detail: string | null
    }
    /** Requests that came to the program of the other one. */
    readonly dialled: number
  }
  readonly api: ApiFigures
  readonly quarantine: QuarantineFigures
  /** What programs listen on when nothing is configured. */
  readonly defaults: { readonly sockets: readonly string[]; readonly everywhere: readonly string[] }
  /** The stream of a member that went on meanwhile. */
  readonly stream: {
    readonly parts: number
    readonly lost: number
    readonly repeated: number
    readonly longestGap: number
  }
}

/** One line. */
export interface Attempt {
  readonly what: string
  /** How often. */
  readonly times: number
  readonly outcome: string
  /** How many of them got what they should not. */
  readonly gotIn: number
}

export interface Refusal {
  readonly times: number
  /** Status of HTTP that the caller's side-car gave; 0: none. */
  readonly code: number
  /** Of the problem (RFC 9457). */
  readonly type: string | null
  readonly detail: string | null
  /** Lines about it in the log of the called side-car, and events of the controller. */
  readonly told: readonly string[]
}

interface OpenPort {
  readonly node: string
  readonly address: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** `router`: a daemon of the router, none of ours. */
  readonly owner: 'vagus' | 'router'
  /** TCP: of how many connections; UDP: of how many datagrams. */
  readonly tried: number
  readonly accepted: number
  readonly octets: number
}

export interface UnenrolledFigures {
  /** Sites from which was scanned. */
  readonly networks: readonly string[]
  /** Addresses, and how many of them no network had a way to. */
  readonly addresses: number
  readonly unreachable: number
  /** Ports asked, of all networks together. */
  readonly askedPorts: number
  /** Ports that are ours, by node, address and port: TCP that accepts a connection, UDP that listens. */
  readonly acceptedPorts: number
  /** Of these, how many said anything to somebody who proves nothing. */
  readonly answeredPorts: number
  readonly ports: readonly OpenPort[]
}

export interface HandshakeFigures {
  readonly beginnings: Flooded
  readonly nonsense: Flooded
  readonly whole: Flooded
  /** At once, and again when other handshakes have come between. */
  readonly replayed: { readonly early: Replayed; readonly late: Replayed }
  /** Milliseconds that a call of another member took while the flood went on; null: it failed. */
  readonly callDuringFlood: number | null
  /** Peers of the writer's sessions that are no members, when the strangers' hellos were over. */
  readonly strangersIn: number
  /** Tasks that the writer's program has, beyond those that members asked for. */
  readonly executed: number
}

export interface ApiFigures {
  readonly routes: readonly {
    readonly route: string
    /** Without a key, and with a wrong one. */
    readonly codes: readonly number[]
  }[]
  /** Routes that anybody may POST to, because they only ask. */
  readonly askOnly: readonly string[]
  readonly written: number
}

export interface QuarantineFigures {
  readonly agent: string
  /** From the start of the command. */
  readonly command: number
  /** Until the controller had it, by its clock; null: it never told. */
  readonly published: number | null
  /** Until the called side-car had no session with it any more; null: it still has. */
  readonly lastSession: number | null
  /** Until the last part of its stream came; null: the stream went on. */
  readonly streamCut: number | null
  /** Calls that it tried behind that, and how many were answered. */
  readonly callsAfter: number
  readonly answeredAfter: number
}

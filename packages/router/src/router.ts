/**
 * The interface of every driver: reads the router's state, and installs, checks and removes the policy that maps
 * traffic classes to attributes. A driver never writes routes: agents announce them over BGP.
 * @module
 */
import type { TrafficClass } from '@vagus/bgp/actuation'
import type { Dialect, Edit, Read } from '@vagus/southbound'

const routerKinds = ['frr', 'bird', 'gobgp'] as const
export type RouterKind = (typeof routerKinds)[number]

export interface RouterFacts {
  /** Such as "FRRouting 8.4.4". */
  readonly software: string
  readonly as: number
  /** As an IPv4 address. */
  readonly identifier: string
}

export interface Neighbour {
  /** Address, or the name of the protocol where the router goes by that (BIRD). */
  readonly name: string
  readonly address: string
  readonly as: number
  /** As an IPv4 address; undefined until the session was established once. */
  readonly identifier?: string
  readonly localAddress?: string
  /** Outgoing interface of the session, if the router reports it. */
  readonly interfaceName?: string
  readonly state: 'established' | 'down'
}

/** A route as the router has it or announces it. */
export interface RouterRoute {
  readonly prefix: string
  readonly nextHop: string
  /** Origin of the route: `agent` for one from an agent, if that is known. */
  readonly from?: string
  readonly med?: number
  readonly localPref?: number
  /** AS numbers of the path, sets flattened. */
  readonly asPath: readonly number[]
  /** As `64512:77:1`. */
  readonly largeCommunities: readonly string[]
}

/** Input of the policy of a router. */
export interface PolicyPlan {
  readonly as: number
  /** Address from which the agent connects. */
  readonly agentAddress: string
  /** Seconds, 3..65535: how long a silent agent's routes stay. */
  readonly holdTime: number
  readonly classes: readonly TrafficClass[]
  /** Links to other ASes, with their neighbours' addresses or protocol names. */
  readonly links: readonly { readonly ifIndex: number; readonly name: string; readonly neighbours: readonly string[] }[]
  /** Neighbours of our own AS, the agent not among them. */
  readonly internal: readonly string[]
  /** `accept` lets telemetry prefixes of carrier B in, which carry no traffic. */
  readonly telemetryPrefixes: 'accept' | 'refuse'
  /** IPv6 prefix: lets host routes within it in, and never out of the AS. Those are addresses of agents that move. */
  readonly mobileBlock?: string
}

export interface PolicyCheck {
  readonly state: 'in-place' | 'incomplete' | 'absent'
  /** What is missing, as lines of the router's own configuration or as a sentence. */
  readonly missing: readonly string[]
  /** Problems that only the operator can resolve, one sentence each: no installable line does it. */
  readonly problems: readonly string[]
}

/** What a policy lacks, to be installed for a while. Whoever applies it confirms it in time, or reverts it. */
export interface PolicyChange {
  /** As `missing` of the check before. */
  readonly installed: readonly string[]
  /** JSON from which `policyChangeOf` makes it again in another process, with credentials. */
  readonly saved: object
  /**
   * `confirmWithin`: seconds, after which a router that can (BIRD) soon goes back by itself. When it rejects, some of it
   * may be in force until it is reverted.
   */
  readonly apply: (confirmWithin: number) => Promise<void>
  /** Rejects with a RouterError where the router has gone back already. */
  readonly confirm: () => Promise<void>
  /**
   * Restores what was there before, and nothing that others have changed since. To be called again where it failed: it goes
   * on from there.
   */
  readonly revert: () => Promise<void>
}

/** A command that only reads, as `readOf` let it pass. */
export type ReadCommand = Omit<Extract<Read, { type: 'reads' }>, 'type'>

export interface CliOutput {
  readonly output: string
  /** There would have been more. */
  readonly truncated: boolean
}

/** The texts of a configuration between which there is nothing but the edits. */
export type TakeMade = (before: string, after: string) => void

/** What of a router's configuration AI agents may change. Not its files, unless BIRD, which has nothing else. */
export interface RouterConfiguration {
  /** As the router prints it, with its credentials. */
  readonly text: () => Promise<string>
  /**
   * The text as it would be; absent, or rejecting with `unsupported`: the router cannot try a change. Changes nothing. Rejects with a RouterError where
   * the router would not take them.
   */
  readonly preview?: (edits: readonly Edit[]) => Promise<string>
  /**
   * Sends the edits in their order, until the router rejects one: then some may be in force, and the RouterError `refused`
   * says which one it was. A router that can (BIRD) soon goes back by itself after `confirmWithin` seconds. One that knows
   * what the edits alone make calls `made`, before that runs where it can; it rejects with what `made` throws.
   */
  readonly apply: (edits: readonly Edit[], confirmWithin: number, made?: TakeMade) => Promise<void>
  /** What was applied stays. */
  readonly keep: () => Promise<void>
  /** Sends all edits, also after one was rejected, and gives what the router said then. */
  readonly takeBack: (edits: readonly Edit[]) => Promise<readonly string[]>
}

/** What AI agents ask of a router, and change in it. */
export interface SouthboundRouter {
  /** In whose words. */
  readonly kind: Dialect
  /** What the router answers. `timeout`: milliseconds; `maxOctets` of the answer. */
  readonly cli: (
    command: ReadCommand,
    limits: { readonly timeout: number; readonly maxOctets: number },
  ) => Promise<CliOutput>
  /** `undefined`: this router cannot be configured in lines. */
  readonly configuration: RouterConfiguration | undefined
  readonly close: () => void
}

export interface Router extends SouthboundRouter {
  readonly kind: RouterKind
  /** The only LOCAL_PREF that a route of the agent may have; `undefined` when it may have any. */
  readonly keepsLocalPref?: number
  readonly facts: () => Promise<RouterFacts>
  readonly neighbours: () => Promise<readonly Neighbour[]>
  /** The route in use for exactly this prefix. */
  readonly route: (prefix: string) => Promise<RouterRoute | undefined>
  /**
   * The route to exactly this prefix that is announced to the neighbour, the AS path with our own AS if that is added;
   * `undefined` when none is announced. Rejects with a RouterError when that is unknown.
   */
  readonly advertised: (neighbour: string, prefix: string) => Promise<RouterRoute | undefined>
  /** The policy in the router's own syntax, for the operator to read and install. */
  readonly snippet: (plan: PolicyPlan) => Promise<string>
  readonly checkPolicy: (plan: PolicyPlan) => Promise<PolicyCheck>
  /**
   * A change that would install what is missing, `undefined` if nothing is. Changes nothing before `apply`. Rejects with a
   * RouterError `unsupported` if only the operator can resolve a problem.
   */
  readonly policyChange: (plan: PolicyPlan) => Promise<PolicyChange | undefined>
  /** The change that was saved by a process which died; it may be in force in part. */
  readonly policyChangeOf: (saved: object) => PolicyChange
}

/** What the advisor says after a step. @module */

export interface Finding {
  readonly at: number
  readonly links: readonly LinkFinding[]
  /** Open ones, and those that ended in this step; oldest first. */
  readonly proposals: readonly Proposal[]
}

export interface LinkFinding {
  readonly name: string
  readonly load: number | null
  readonly capacity: number
  /** Bits per second: from here on the link is likely to be full within the horizon. */
  readonly threshold: number
  /** Whether the threshold comes from the link's own past, is the usual one because too little of that is known, or an intent's. */
  readonly basis: 'learned' | 'usual' | 'intent'
  /** Upper bound of its load within the horizon, which 19 of 20 steps keep, bits per second; null while unknown. */
  readonly upper: number | null
}

/**
 *   open ──▶ taken ──▶ measured
 *     └────▶ relieved | outdated
 *
 * `taken`: the moves are in force. `measured`: they were for a while, and what became of it is known. `relieved`: the link
 * fell below its threshold without them. `outdated`: other moves would be better now, or one of them cannot be made.
 */
export type ProposalState = 'open' | 'taken' | 'measured' | 'relieved' | 'outdated'

export interface Proposal {
  /** Unique within a border, growing. */
  readonly number: number
  readonly state: ProposalState
  /** Milliseconds since 1970. */
  readonly openedAt: number
  readonly endedAt: number | null
  /** The evidence: the links above their threshold when it was opened. */
  readonly because: readonly LinkFinding[]
  readonly moves: readonly Move[]
  /** Loads that the moves should give, of every link whose load is known. */
  readonly expected: readonly Expected[]
  /** What else was considered, best first. */
  readonly rejected: readonly Rejected[]
  /** What was seen while it was open or taken, beside what the other choice would have given. */
  readonly outcome: Outcome | null
}

export interface Move {
  readonly prefix: string
  /** Bits per second when it was proposed. */
  readonly rate: number
  readonly from: string
  readonly to: string
}

/** Bits per second. */
export interface Expected {
  readonly link: string
  readonly before: number
  readonly after: number
}

export interface Rejected {
  readonly move: Move
  /** A sentence without a full stop. */
  readonly because: string
}

/** Over the steps from the opening, or, where it was taken, from when the traffic had followed, on. */
export interface Outcome {
  readonly steps: number
  readonly links: readonly {
    readonly link: string
    /** Highest mean of a step, bits per second: as it was, and by the same traffic with the other choice. */
    readonly peak: number
    readonly otherPeak: number
    /** Steps above the threshold. */
    readonly above: number
    readonly otherAbove: number
  }[]
}

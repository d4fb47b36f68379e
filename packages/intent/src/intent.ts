/** What an operator wants of its network (RFC 9315 §3): an intent, where and when it holds, and one goal. @module */

export interface Intent {
  /** Its name in the set, as `nameRule` of `@vagus/identity` has it. */
  readonly name: string
  readonly scope: Scope
  readonly when: When
  /** 0..100, the higher one wins where two goals cannot both hold. What restricts adds up, whatever its priority. */
  readonly priority: number
  /** Why, for people: 1..256 characters on one line. */
  readonly because?: string
  readonly goal: Goal
}

/** Where an intent holds: everything that is named in any list. No list at all: everywhere. */
export interface Scope {
  /** Names of devices. */
  readonly devices?: readonly string[]
  /** Of `places.roles`, or of members in the owner's roster. */
  readonly roles?: readonly string[]
  /** Names of the set's places. */
  readonly sites?: readonly string[]
  readonly borders?: readonly string[]
  readonly links?: readonly string[]
}

/** When an intent holds: from `from` up to before `until`, and within any of the weekly windows, if there are some. */
export interface When {
  /** Milliseconds since 1970, in whole seconds. */
  readonly from?: number
  readonly until?: number
  readonly weekly?: readonly WeeklyWindow[]
}

/**
 * In UTC: which hour it is elsewhere depends on a table of time zones, of which two devices may have different ones.
 * A window whose end is not after its start ends on the next day.
 */
export interface WeeklyWindow {
  /** 1 Monday … 7 Sunday, on which it starts. */
  readonly days: readonly number[]
  /** Minutes since midnight, 0..1439. */
  readonly from: number
  readonly to: number
}

export type Goal = Freeze | Bounds | KeepBelow | Pin | Connect | UnknownGoal

/**
 * Nothing new: no MED, no line, no commit of an AI agent, no policy of the device agent. What is in force goes on, may be kept
 * up (lines) or confirmed (commits), and ends when its time is over.
 */
export interface Freeze {
  readonly type: 'freeze'
}

/** At most so much. The bounds of the device's own operator hold besides: of two, the narrower. */
export interface Bounds {
  readonly type: 'bounds'
  readonly steering?: {
    /** Only these and what is within may be steered; as routers print them. Absent: all. */
    readonly prefixes?: readonly string[]
    /** Longest lease, milliseconds. */
    readonly leaseMs?: number
    /** New leases in any hour, at each device. 0: none. */
    readonly movesPerHour?: number
  }
  readonly lines?: {
    /** Part of each link that lines may take together, percent. 0: no lines. */
    readonly sharePercent: number
  }
  readonly commits?: {
    /** Only lines that one of these matches, such as `interface * / description *`. Empty: none. */
    readonly patterns: readonly string[]
  }
}

/** No link in scope is above so much for longer than that. */
export interface KeepBelow {
  readonly type: 'keep-below'
  /** Of the capacity, 1..100. */
  readonly percent: number
  readonly forMs: number
}

/** The prefix enters over one of these links, or over none of those. No agent moves it otherwise. */
export interface Pin {
  readonly type: 'pin'
  /** As routers print it; what is within, and what contains it, counts as well. */
  readonly prefix: string
  readonly enters: 'only' | 'never'
  /** Names of the set's places, 1 or more. */
  readonly over: readonly string[]
}

/** A private line between two sites is kept. */
export interface Connect {
  readonly type: 'connect'
  /** Names of the set's places. */
  readonly between: readonly [string, string]
  readonly bitsPerSecond: number
  /** One way. Absent: any. */
  readonly delayMs?: number
}

/** Of a later version of the format: kept, passed on, reported as refused, and not enforced. */
export interface UnknownGoal {
  readonly type: 'unknown'
  /** What the document calls it. */
  readonly kind: string
}

export type GoalType = Goal['type']

/**
 * What names in intents stand for, as of when the set was signed. So every device reads the same, whatever it is told else.
 */
export interface Places {
  /** Devices that have each role, as the owner's roster had it. Of a role that is not here, a device may know itself. */
  readonly roles?: Readonly<Record<string, readonly string[]>>
  /** Devices of each site. */
  readonly sites: Readonly<Record<string, readonly string[]>>
  /** Ends of each link at devices: one, or two of a link between devices. */
  readonly links: Readonly<Record<string, readonly LinkEnd[]>>
  /** Links of each border: those between which traffic of one neighbour may move. */
  readonly borders: Readonly<Record<string, readonly string[]>>
}

export interface LinkEnd {
  readonly device: string
  readonly interface: string
}

export const noPlaces: Places = { sites: {}, links: {}, borders: {} }

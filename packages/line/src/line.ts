/** An order, and what has become of it. Plain JSON: it is written down before what follows from it is done. @module */
import type { Laid, LaidEffect, LaidEvent, LaidPlan } from './laid.ts'
import type { Path } from './path.ts'
import type { LineWish } from './wish.ts'

export interface LineOrder extends LineWish {
  readonly id: string
  readonly orderedAt: number
}

export interface Line {
  readonly order: LineOrder
  readonly state: 'booked' | 'setting-up' | 'active' | 'moving' | 'released' | 'failed'
  readonly since: number
  /** Why it is in that state, for people, without a full stop. */
  readonly because: string
  /** Booked for it, or over which it goes, or went last. */
  readonly path: Path
  /** Oldest first. */
  readonly laid: readonly Laid[]
  /** Numbers of the path over which it goes, and of the one to which it moves, or over which it is set up. */
  readonly current: number | null
  readonly next: number | null
  /** When a path is looked for next; null: not at all. */
  readonly findAt: number | null
  /** `find` was asked, and not answered. */
  readonly isFinding: boolean
  /** Until when a set-up that fails is tried again, where it may go better then. */
  readonly triesUntil: number
  /** Why it should have another path. */
  readonly reason: Reason | null
  /** When the path that is being set up was begun. */
  readonly begunAt: number | null
  readonly setUpMs: number | null
  readonly moves: number
  /** False: an end sends past the line; since when. */
  readonly steered: boolean | null
  readonly unsteeredSince: number | null
}

export interface Reason {
  /** It stays in trouble, and it does not when another needs the room; a change is dropped where it is not possible. */
  readonly type: 'trouble' | 'yield' | 'change'
  readonly because: string
  readonly since: number
  readonly avoid: readonly string[]
  /** As it is to be. */
  readonly order: LineOrder
}

/** What speaks against the path of a line. */
export interface Trouble {
  /** Without a full stop. */
  readonly because: string
  /** Links and nodes. */
  readonly avoid: readonly string[]
}

export type LineEvent =
  | LaidEvent
  | { readonly type: 'tick' }
  /** Answers to `find`, before anything else is booked. */
  | { readonly type: 'found'; readonly plan: LaidPlan }
  | { readonly type: 'kept' }
  | { readonly type: 'none'; readonly because: string }
  /** How the path of an active line is; each few seconds. `steered`: of both ends; null where nobody has told. */
  | { readonly type: 'watched'; readonly steered: boolean | null; readonly trouble?: Trouble }
  /** A link cannot carry all of its lines any more, and this one has to go; as long as it is so. */
  | ({ readonly type: 'yield' } & Trouble)
  | { readonly type: 'change'; readonly order: LineOrder; readonly because: string }
  /** Before its time. */
  | { readonly type: 'end'; readonly because: string }
  /** The program has begun anew, and what it was asking is lost. */
  | { readonly type: 'restarted' }

export type LineEffect =
  | LaidEffect
  | Find
  | {
      readonly type: 'tell'
      /** `stuck`: it should move and cannot. */
      readonly what: 'active' | 'moved' | 'stuck' | 'released' | 'failed'
      readonly because: string
      /** Until it was active, or had moved. */
      readonly milliseconds?: number
    }

/** Is to be answered at once. */
export interface Find {
  readonly type: 'find'
  readonly line: string
  readonly wish: LineWish
  /** It may stay here, if this has what it wishes. */
  readonly keep?: Path
  /** From which it moves. */
  readonly insteadOf?: number
}

export type LineStep = readonly [Line, readonly LineEffect[]]

export const hasEnded = ({ state }: Line): boolean => state === 'released' || state === 'failed'

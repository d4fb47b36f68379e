/**
 * Messages on a lab's control socket: one JSON document per line, a request and then its answers.
 * @module
 */
import type { Fault } from '../fault.ts'
import type { FaultReceipt, LabState, LabStep, Move, MoveReceipt, Surge } from '../lab.ts'
import type { Stats } from '../traffic/control.ts'

/**
 * `follow` hears every step, then `up` or `failed`, and stays connected until the lab ends; with `lifeline` the lab ends
 * when that connection does.
 */
export type Request =
  | { readonly type: 'follow'; readonly lifeline: boolean }
  | { readonly type: 'state' }
  | { readonly type: 'down' }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'surge'; readonly surge: Surge }
  | { readonly type: 'traffic' }
  | { readonly type: 'move'; readonly move: Move }

export type Answer =
  | { readonly type: 'step'; readonly step: LabStep }
  | { readonly type: 'up'; readonly state: LabState }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'state'; readonly state: LabState; readonly holders: Readonly<Record<string, number>> }
  | { readonly type: 'fault'; readonly receipt: FaultReceipt }
  | { readonly type: 'traffic'; readonly generators: readonly Stats[] }
  | { readonly type: 'moved'; readonly receipt: MoveReceipt }
  /** Somebody takes the lab down: the connection ends next. */
  | { readonly type: 'ending' }
  | { readonly type: 'done' }

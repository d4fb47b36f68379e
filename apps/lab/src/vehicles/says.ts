/** What the programs of the scenario `vehicles` read and print, one JSON a line. @module */
import type { Order } from './vda5050.ts'

/** By a vehicle. Times in milliseconds since 1970. */
export type VehicleSays =
  | { readonly type: 'ready' | 'moved' }
  | ({ readonly type: 'order'; readonly at: number } & Pick<Order, 'orderId' | 'orderUpdateId'>)
  | { readonly type: 'stop'; readonly actionId: string; readonly at: number; readonly how: 'executed' | 'late' }

/** To the dispatcher: give that order, or tell a vehicle to stop within `within` milliseconds. */
export type DispatcherTold =
  | { readonly type: 'order'; readonly vehicle: string; readonly number: number }
  | { readonly type: 'stop'; readonly vehicle: string; readonly number: number; readonly deadline: number }

/** What it takes a vehicle for. */
export type Sight = 'reachable' | 'moving' | 'lost'

/** By the dispatcher. */
export type DispatcherSays =
  | { readonly type: 'ready' }
  | { readonly type: 'accepted'; readonly vehicle: string }
  /** A vehicle has told whether it has stopped. */
  | { readonly type: 'answer'; readonly actionId: string; readonly how: 'executed' | 'late' }
  | { readonly type: 'sees'; readonly vehicle: string; readonly sight: Sight; readonly at: number }

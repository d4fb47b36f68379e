/** What the programs of the scenario `vehicles` read and print, one JSON a line. @module */
import type { Order } from './vda5050.ts'

/** By a vehicle. Times in milliseconds since 1970. */
export type VehicleSays =
  | { readonly type: 'ready' | 'moved' }
  | ({ readonly type: 'order'; readonly at: number } & Pick<Order, 'orderId' | 'orderUpdateId'>)
  | { readonly type: 'stop'; readonly actionId: string; readonly at: number; readonly how: 'executed' | 'late' }

/** To the dispatcher: give the order, or the stop, of that number. `deadline` in milliseconds since 1970. */
export type DispatcherTold =
  | { readonly type: 'order'; readonly vehicle: string; readonly number: number }
  | { readonly type: 'stop'; readonly vehicle: string; readonly number: number; readonly deadline: number }

/** What it takes a vehicle for. */
export type Sight = 'reachable' | 'moving' | 'lost'

/** By the dispatcher. */
export type DispatcherSays =
  | { readonly type: 'ready' }
  /** A vehicle has told whether it has stopped. */
  | { readonly type: 'answer'; readonly actionId: string; readonly how: 'executed' | 'late' }
  | { readonly type: 'sees'; readonly vehicle: string; readonly sight: Sight; readonly at: number }

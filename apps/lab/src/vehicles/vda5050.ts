/**
 * Messages of VDA 5050, version 2.1: what a dispatcher ("master control") and a driverless vehicle tell each other. Only the
 * fields that are required, which is what simple vehicles send, too.
 * @module
 */

const version = '2.1.0'
export const manufacturer = 'vagus'

/** What every message begins with. */
export interface Header {
  /** Counts the messages of one sender and topic. */
  readonly headerId: number
  /** ISO 8601, UTC. */
  readonly timestamp: string
  readonly version: string
  readonly manufacturer: string
  readonly serialNumber: string
}

interface Node {
  readonly nodeId: string
  /** Of nodes and edges together, along the route. */
  readonly sequenceId: number
  /** The vehicle may drive there; else it is planned only. */
  readonly released: boolean
  readonly actions: readonly Action[]
}

interface Edge {
  readonly edgeId: string
  readonly sequenceId: number
  readonly released: boolean
  readonly startNodeId: string
  readonly endNodeId: string
  readonly actions: readonly Action[]
}

export interface Action {
  readonly actionType: string
  readonly actionId: string
  readonly blockingType: 'NONE' | 'SOFT' | 'HARD'
  readonly actionParameters?: readonly { readonly key: string; readonly value: string | number | boolean }[]
}

/** Topic `order`. An update has the same `orderId`, and the next `orderUpdateId`. */
export interface Order extends Header {
  readonly orderId: string
  readonly orderUpdateId: number
  readonly nodes: readonly Node[]
  readonly edges: readonly Edge[]
}

/** Topic `instantActions`: at once, beside the order. */
export interface InstantActions extends Header {
  readonly actions: readonly Action[]
}

/** Topic `state`. */
export interface State extends Header {
  readonly orderId: string
  readonly orderUpdateId: number
  readonly lastNodeId: string
  readonly lastNodeSequenceId: number
  readonly nodeStates: readonly never[]
  readonly edgeStates: readonly never[]
  readonly driving: boolean
  readonly actionStates: readonly {
    readonly actionId: string
    readonly actionStatus: 'WAITING' | 'RUNNING' | 'FINISHED' | 'FAILED'
  }[]
  readonly batteryState: { readonly batteryCharge: number; readonly charging: boolean }
  readonly operatingMode: 'AUTOMATIC'
  readonly errors: readonly never[]
  readonly safetyState: { readonly eStop: 'NONE'; readonly fieldViolation: boolean }
}

/** Topic `visualization`: where it is, often. */
export interface Visualization extends Header {
  readonly agvPosition: {
    readonly x: number
    readonly y: number
    readonly theta: number
    readonly mapId: string
    readonly positionInitialized: boolean
  }
}

/** Milliseconds between two messages of a vehicle. */
export const pace = { state: 1000, visualization: 200 } as const

const headerOf = (serialNumber: string, headerId: number, now: number): Header => ({
  headerId,
  timestamp: new Date(now).toISOString(),
  version,
  manufacturer,
  serialNumber,
})

/** Updates of an order before the next one begins. */
const updatesPerOrder = 5
/** Edges of a stretch that is given at once. */
const stretch = 3

/** The order of that number, from 0, of a vehicle: a stretch of its way, which continues the one before. */
export function orderOf(vehicle: string, number: number, now: number): Order {
  const orderUpdateId = number % updatesPerOrder
  const first = orderUpdateId * stretch
  const nodes = Array.from({ length: stretch + 1 }, (_, at) => ({
    nodeId: `n${first + at}`,
    sequenceId: 2 * (first + at),
    released: true,
    actions: [],
  }))
  const edges = Array.from({ length: stretch }, (_, at) => ({
    edgeId: `e${first + at}`,
    sequenceId: 2 * (first + at) + 1,
    released: true,
    startNodeId: `n${first + at}`,
    endNodeId: `n${first + at + 1}`,
    actions: [],
  }))
  const orderId = `${vehicle}-${Math.floor(number / updatesPerOrder)}`
  return { ...headerOf(vehicle, number, now), orderId, orderUpdateId, nodes, edges }
}

/** The number with which `orderOf` made it. */
export const numberOfOrder = ({ orderId, orderUpdateId }: Pick<Order, 'orderId' | 'orderUpdateId'>): number =>
  Number(orderId.slice(orderId.lastIndexOf('-') + 1)) * updatesPerOrder + orderUpdateId

/**
 * A stop that counts only until `deadline`, milliseconds since 1970. The standard has no deadlines, but parameters of one's
 * own; a vehicle that does not know this one stops whenever it hears of it.
 */
export function stopOf(vehicle: string, number: number, deadline: number, now: number): InstantActions {
  const actionParameters = [{ key: 'deadline', value: new Date(deadline).toISOString() }]
  const action: Action = {
    actionType: 'startPause',
    actionId: `${vehicle}-stop-${number}`,
    blockingType: 'HARD',
    actionParameters,
  }
  return { ...headerOf(vehicle, number, now), actions: [action] }
}

/** Milliseconds since 1970; `undefined`: it has none. */
export function deadlineOf({ actionParameters = [] }: Action): number | undefined {
  const value = actionParameters.find(({ key }) => key === 'deadline')?.value
  return typeof value === 'string' ? Date.parse(value) : undefined
}

export const stateOf = (
  vehicle: string,
  headerId: number,
  last: Pick<Order, 'orderId' | 'orderUpdateId'>,
  now: number,
): State => ({
  ...headerOf(vehicle, headerId, now),
  ...last,
  lastNodeId: `n${last.orderUpdateId * stretch}`,
  lastNodeSequenceId: 2 * last.orderUpdateId * stretch,
  nodeStates: [],
  edgeStates: [],
  driving: true,
  actionStates: [],
  batteryState: { batteryCharge: 80, charging: false },
  operatingMode: 'AUTOMATIC',
  errors: [],
  safetyState: { eStop: 'NONE', fieldViolation: false },
})

export const visualizationOf = (vehicle: string, headerId: number, now: number): Visualization => ({
  ...headerOf(vehicle, headerId, now),
  agvPosition: { x: (headerId % 500) / 5, y: 12.5, theta: 0, mapId: 'hall', positionInitialized: true },
})

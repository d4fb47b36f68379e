/** Evaluates what a carrier did with orders and stops, by what happened to the vehicles meanwhile. @module */
import { type Gaps as Times, summary } from '../roam/evaluate.ts'
import type { Sight } from './says.ts'
import { type IncidentKind, incidentKinds } from './schedule.ts'

/** All times in milliseconds since 1970. */
export interface IncidentTime {
  readonly vehicle: string
  readonly kind: IncidentKind
  /** When it was announced, or came unannounced. */
  readonly began: number
  /** When the new cell was the only one, or the old one back. */
  readonly ended: number
}

export interface Given {
  readonly vehicle: string
  /** Of the orders, or of the stops, of a vehicle, from 0. */
  readonly number: number
  readonly at: number
}

/** A message with the number of a `Given` came to the vehicle. */
export type Arrived = Given

export interface StopGiven extends Given {
  readonly deadline: number
}

export interface StopArrived extends Arrived {
  readonly how: 'executed' | 'late'
  /** When the dispatcher was told; `undefined`: it was not. */
  readonly told: number | undefined
}

export interface Seen {
  readonly vehicle: string
  readonly sight: Sight
  readonly at: number
}

/** What one carrier did. */
export interface Carrier {
  readonly orders: readonly Arrived[]
  readonly stops: readonly StopArrived[]
  readonly seen: readonly Seen[]
}

/** What all carriers were given at the same times. */
export interface Drives {
  readonly incidents: readonly IncidentTime[]
  readonly orders: readonly Given[]
  readonly stops: readonly StopGiven[]
}

const situations = ['none', ...incidentKinds] as const
export type Situation = (typeof situations)[number]

export interface Outcome {
  readonly orders: {
    readonly given: number
    readonly arrived: number
    readonly lost: number
    /** Arrivals of an order that had arrived before. */
    readonly twice: number
    /** Orders that arrived after a later one of the same vehicle. */
    readonly outOfOrder: number
  }
  /** Of orders: how many were given in each situation and lost, and milliseconds from order to arrival of the others. */
  readonly bySituation: Readonly<Record<Situation, { readonly lost: number; readonly times: Times | null }>>
  readonly stops: {
    readonly given: number
    /** The vehicle stopped before the deadline. */
    readonly met: number
    /** It came late, was not executed, and the dispatcher was told. */
    readonly refused: number
    /** The vehicle stopped after the deadline. */
    readonly executedLate: number
    readonly lost: number
  }
  /** Of each kind of incident: in how many the dispatcher took the vehicle for moving, and for lost. */
  readonly seen: Readonly<Record<IncidentKind, Readonly<Record<'incidents' | 'moving' | 'lost', number>>>>
}

/** Milliseconds after an incident in which what is given still meets it. */
export const settle = 2000
/** What did not arrive within that, had met an incident that began meanwhile. */
const longestTrip = 1000

export function evaluate(drives: Drives, { orders, stops, seen }: Carrier): Outcome {
  const { arrived, twice, outOfOrder } = arrivalsOf(orders)
  const found = drives.orders.map((order) => {
    const at = arrived.get(keyOf(order))
    return { at, order, situation: situationOf(order, at, drives.incidents) }
  })
  return {
    orders: { given: found.length, arrived: arrived.size, lost: found.length - arrived.size, twice, outOfOrder },
    bySituation: record(situations, (situation) => {
      const own = found.filter((one) => one.situation === situation)
      const times = own.flatMap(({ at, order }) => (at === undefined ? [] : [Math.max(0, at - order.at)]))
      return { lost: own.length - times.length, times: times.length === 0 ? null : summary(times) }
    }),
    stops: stopsOf(drives.stops, stops),
    seen: record(incidentKinds, (kind) => {
      const own = drives.incidents.filter((one) => one.kind === kind)
      const count = (sight: Sight): number => own.filter((one) => wasSeen(one, sight, seen)).length
      return { incidents: own.length, moving: count('moving'), lost: count('lost') }
    }),
  }
}

function arrivalsOf(orders: readonly Arrived[]) {
  const arrived = new Map<string, number>()
  const last = new Map<string, number>()
  let twice = 0
  let outOfOrder = 0
  for (const order of orders.toSorted((a, b) => a.at - b.at)) {
    if (arrived.has(keyOf(order))) {
      twice++
      continue
    }
    arrived.set(keyOf(order), order.at)
    const before = last.get(order.vehicle) ?? -1
    if (order.number < before) outOfOrder++
    last.set(order.vehicle, Math.max(before, order.number))
  }
  return { arrived, twice, outOfOrder }
}

/** What the order met: it was given in an incident, or was on its way when one began. */
function situationOf(order: Given, at = order.at + longestTrip, incidents: readonly IncidentTime[]): Situation {
  const met = incidents.find(
    ({ vehicle, began, ended }) => vehicle === order.vehicle && order.at <= ended + settle && at >= began,
  )
  return met?.kind ?? 'none'
}

function stopsOf(given: readonly StopGiven[], stops: readonly StopArrived[]): Outcome['stops'] {
  const first = new Map<string, StopArrived>()
  for (const stop of stops) if (!first.has(keyOf(stop))) first.set(keyOf(stop), stop)
  const count = (is: (stop: StopArrived | undefined, deadline: number) => boolean): number =>
    given.filter((one) => is(first.get(keyOf(one)), one.deadline)).length
  return {
    given: given.length,
    met: count((stop, deadline) => stop?.how === 'executed' && stop.at <= deadline),
    refused: count((stop) => stop?.how === 'late' && stop.told !== undefined),
    executedLate: count((stop, deadline) => stop?.how === 'executed' && stop.at > deadline),
    lost: count((stop) => stop === undefined),
  }
}

/** Whether the dispatcher took the vehicle for that at any time in the incident. */
function wasSeen({ vehicle, began, ended }: IncidentTime, sight: Sight, seen: readonly Seen[]): boolean {
  const own = seen.filter((one) => one.vehicle === vehicle)
  return own.some((one, at) => one.sight === sight && one.at <= ended + settle && (own[at + 1]?.at ?? Infinity) > began)
}

const keyOf = ({ vehicle, number }: Given): string => `${vehicle} ${number}`

const record = <Key extends string, Value>(keys: readonly Key[], of: (key: Key) => Value): Record<Key, Value> =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>

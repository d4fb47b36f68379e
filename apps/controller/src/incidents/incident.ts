/** Incidents: one for each cause, however many events tell of it. Pure. @module */
import type { Priority } from '../a2a/task.ts'

export interface Incident {
  /** `incident-` and the id of the event with which it began. */
  readonly id: string
  /** What is wrong, such as `link:r1-r2`: a further event about one of them is of this incident. The first names it. */
  readonly causes: readonly string[]
  /** Conditions that hold; while there is one, it is not over. */
  readonly signals: readonly Signal[]
  readonly priority: Priority
  /** In one sentence without a full stop. */
  readonly text: string
  /** Lines that it affects. */
  readonly services: readonly string[]
  /** The event that tells its cause best. */
  readonly probable: number
  /** Ids of events, the newest `maxRelated`; `count` is of all. */
  readonly related: readonly number[]
  readonly count: number
  /** Milliseconds since 1970, as all times here. */
  readonly began: number
  readonly updated: number
  /** Nobody is told before; null: it is told. */
  readonly heldUntil: number | null
  /** Since when nothing holds; null: something does. */
  readonly quietSince: number | null
  /** Nothing is told of it any more. */
  readonly cleared: boolean
  /** It has changed since it was told. */
  readonly isDirty: boolean
  /** Of the last time that it was told; 0: it was not. Grows over all incidents. */
  readonly revision: number
  readonly toldAt: number
  /** How often it was told. */
  readonly tellings: number
}

export interface Signal {
  /** Such as `down r1-r2`. */
  readonly name: string
  /** The event that would end it may never come: then it ends by itself. null: it does not. */
  readonly until: number | null
}

/** Ids of events that one names. */
export const maxRelated = 16
/** Lines that one names. */
export const maxServices = 64

type Begun = Pick<Incident, 'causes' | 'signals' | 'priority' | 'text'> & {
  /** The event. */
  readonly id: number
  readonly at: number
  readonly service: string | undefined
  readonly heldUntil: number
}

export const begunIncident = ({ id, at, service, ...begun }: Begun): Incident => ({
  ...begun,
  id: `incident-${id}`,
  services: service === undefined ? [] : [service],
  probable: id,
  related: [id],
  count: 1,
  began: at,
  updated: at,
  quietSince: null,
  cleared: false,
  isDirty: false,
  revision: 0,
  toldAt: at,
  tellings: 0,
})

export const isOpen = ({ cleared }: Incident): boolean => !cleared
export const isTold = ({ heldUntil }: Incident): boolean => heldUntil === null

/** `link:r1-r2` is of a link. */
export const kindOf = (cause: string): string => cause.slice(0, cause.indexOf(':'))
export const nameOf = (cause: string): string => cause.slice(cause.indexOf(':') + 1)

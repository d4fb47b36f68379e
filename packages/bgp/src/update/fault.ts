/**
 * What is wrong with an UPDATE, and the least that has to be done about it (RFC 7606 §2). Faults are values: nothing
 * that a peer sends throws.
 * @module
 */
import { notification, type Notification } from '../message/notification.ts'
import { errorCode } from '../registry.ts'

/** Weakest first. */
const treatments = ['accept', 'attribute-discard', 'treat-as-withdraw', 'afi-safi-disable', 'session-reset'] as const
export type Treatment = (typeof treatments)[number]

export interface Fault {
  readonly treatment: Treatment
  /** Code of the path attribute; 0 when the fault is in no attribute. */
  readonly attribute: number
  /** For `afi-safi-disable`: the key of the family. */
  readonly family?: number
  readonly problem: string
  /** What to send when the treatment is `session-reset`. */
  readonly notification: Notification
}

export const isWeaker = (one: Treatment, other: Treatment): boolean =>
  treatments.indexOf(one) < treatments.indexOf(other)

/** The strongest of them. */
export const treatmentOf = (faults: readonly Fault[]): Treatment =>
  faults.reduce((found: Treatment, { treatment }) => (isWeaker(found, treatment) ? treatment : found), 'accept')

/** Whether all routes end, also where a stronger treatment of another fault takes but one family. */
export const endsRoutes = (faults: readonly Fault[]): boolean =>
  faults.some(({ treatment }) => treatment === 'treat-as-withdraw')

export function fault(
  treatment: Treatment,
  subcode: number,
  problem: string,
  where: { readonly attribute?: number; readonly family?: number; readonly data?: Uint8Array } = {},
): Fault {
  return {
    treatment,
    attribute: where.attribute ?? 0,
    ...(where.family === undefined ? {} : { family: where.family }),
    problem,
    notification: notification(errorCode.update, subcode, where.data?.slice()),
  }
}

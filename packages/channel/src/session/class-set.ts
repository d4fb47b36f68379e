/**
 * Sets of traffic classes as bits, by their index in `trafficClasses`: which classes wait, or may be sent, is asked for
 * each packet.
 * @module
 */
import { trafficClasses } from './traffic-class.ts'

export type ClassSet = number

export const allClasses: ClassSet = (1 << trafficClasses.length) - 1
export const bulkClass: ClassSet = 1 << trafficClasses.indexOf('bulk')
/** From this index on a class is tolerant: it may wait until a sleeping radio wakes. Those before it are urgent. */
export const firstTolerant = trafficClasses.indexOf('telemetry')
export const tolerantClasses: ClassSet = allClasses & -(1 << firstTolerant)

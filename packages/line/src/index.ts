/** Private lines on demand. */
export type { Alternative } from './alternative.ts'
export { bookingsOf, type BookingWish, portOf } from './booking.ts'
export { answerFind, type FindView } from './find.ts'
export type { Laid, LaidEffect, LaidEvent, LaidPart, LaidPlan } from './laid.ts'
export { newLine, nextTick, stepLine } from './life.ts'
export {
  type Find,
  hasEnded,
  type Line,
  type LineEffect,
  type LineEvent,
  type LineOrder,
  type LineStep,
  type Reason,
  type Trouble,
} from './line.ts'
export { bookingsOfLine, freeNumber } from './line-bookings.ts'
export { defaultLineConfig, type LineConfig } from './line-config.ts'
export { addressesOf, locatorOf, maxNumber, type PathAddresses } from './locator.ts'
export { addReading, type BothWays, maxMinutes, type Minute, type Minutes, noMinutes, wholeMinutes } from './minutes.ts'
export type { Attachment, Booking, CoreLink, Direction, LineNetwork, LineNode } from './network.ts'
export { type Laying, partsOf, type PathParts } from './parts.ts'
export { type Hop, nodesOf, type Path, type PathEnd, pathText } from './path.ts'
export { type LineProof, proofPayload, proofType } from './proof.ts'
export { maxConsidered, quote, type Quote } from './quote.ts'
export { rateText, wireRate } from './rate.ts'
export { type Counted, type Probes, type Reading, readingOf } from './reading.ts'
export type { Considered } from './survey.ts'
export type { LineWish } from './wish.ts'
export { type Yielding, yielding } from './yielding.ts'

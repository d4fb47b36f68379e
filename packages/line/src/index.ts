/** Private lines on demand. */
export type { Attachment, Booking, CoreLink, Direction, LineNetwork, LineNode } from './network.ts'

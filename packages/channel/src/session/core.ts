/** The parts of a session, shared by its receiving and its sending half. @module */
import type { Challenges } from './challenges.ts'
import type { ConnectionIds } from './connection-ids.ts'
import type { DatagramQueue } from './datagram-queue.ts'
import type { Delivery } from './delivery.ts'
import type { Hearing } from './hearing.ts'
import type { SessionEvent } from './event.ts'
import type { Opener } from './opener.ts'
import type { Outbox } from './outbox.ts'
import type { Padding } from './padding.ts'
import type { Path } from './path.ts'
import type { Paths } from './paths.ts'
import type { Sealer } from './sealer.ts'
import type { Signals } from './signal.ts'
import type { Streams } from './streams.ts'
import type { Tickets } from './tickets.ts'

export interface Core {
  readonly ids: ConnectionIds
  readonly sealer: Sealer
  readonly opener: Opener
  readonly paths: Paths
  readonly streams: Streams
  readonly signals: Signals
  readonly datagrams: DatagramQueue
  readonly outbox: Outbox
  readonly delivery: Delivery
  readonly tickets: Tickets
  readonly challenges: Challenges
  readonly hearing: Hearing
  readonly emit: (event: SessionEvent) => void
  /** Milliseconds for which both paths are used after this side announces a move. */
  duplicateFor: number
  /** The next datagram's number. Assigned when sent, so that the number of a copy is near the latest ones. */
  datagramNumber: number
  /** Padding of sent packets. */
  padding: Padding
  /** When data was last sent or received. */
  activeAt: number
}

/** The least one-way time along `path` in milliseconds: half of its shortest round trip. */
export function transitOf({ rtt }: Path): number {
  return rtt.least === Infinity ? 0 : rtt.least / 2
}

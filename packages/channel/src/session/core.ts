/** The parts of a session, for the two halves that work on them: what arrives and what leaves. @module */
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
  /** Milliseconds for which both paths are used when a move is announced by this side. */
  duplicateFor: number
  /** The number of the next datagram: given when it is sent, so that a copy is known by a number near the last ones. */
  datagramNumber: number
  /** Of what is sent. */
  padding: Padding
  /** When data came or went last. */
  activeAt: number
}

/** The least time that the way along `path` takes, milliseconds: half of the quickest round trip. */
export function transitOf({ rtt }: Path): number {
  return rtt.least === Infinity ? 0 : rtt.least / 2
}

/** The parts of a session, shared by its receiving and its sending half. @module */
import type { Established } from '../established.ts'
import type { Radio } from '../energy/radio.ts'
import type { Challenges } from './challenges.ts'
import type { ConnectionIds } from './connection-ids.ts'
import type { DatagramQueue } from './datagram-queue.ts'
import type { Delivery } from './delivery.ts'
import type { Hearing } from './hearing.ts'
import type { SessionEvent } from './event.ts'
import type { Opener } from './opener.ts'
import type { Scheduler } from './scheduler.ts'
import type { Padding } from './padding.ts'
import type { Path } from './path.ts'
import type { Paths } from './paths.ts'
import type { Route } from './route.ts'
import type { Sealer } from './sealer.ts'
import type { Signals } from './signal.ts'
import type { Streams } from './streams.ts'
import type { Tickets } from './tickets.ts'

export interface Core {
  readonly role: Established['role']
  readonly ids: ConnectionIds
  readonly sealer: Sealer
  readonly opener: Opener
  readonly paths: Paths
  readonly streams: Streams
  readonly signals: Signals
  readonly datagrams: DatagramQueue
  readonly scheduler: Scheduler
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
  /** The peer's radio, if the peer said that it sleeps. */
  peerRadio: Radio | undefined
  /** What waits for a wake of a radio. */
  holds: 'what is tolerant' | 'nothing'
}

/** The radio whose sleep decides what waits for `route`: that of this host, else that of the peer. */
export const radioOf = ({ peerRadio }: Core, { radio }: Route): Radio | undefined => radio ?? peerRadio

/** The least one-way time along `path` in milliseconds: half of its shortest round trip. */
export function transitOf({ rtt }: Path): number {
  return rtt.least === Infinity ? 0 : rtt.least / 2
}

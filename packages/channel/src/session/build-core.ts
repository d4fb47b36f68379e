/** Assembles the parts of a session. @module */
import type { Established } from '../established.ts'
import type { ChannelCrypto } from '../ports.ts'
import { Challenges } from './challenges.ts'
import { ConnectionIds } from './connection-ids.ts'
import type { Core } from './core.ts'
import { DatagramQueue } from './datagram-queue.ts'
import { Delivery } from './delivery.ts'
import { Hearing } from './hearing.ts'
import type { SessionEvent } from './event.ts'
import { Lasting } from './lasting.ts'
import type { SessionLimits } from './limits.ts'
import { NoticeReader, ticketNotice } from './notices.ts'
import { Opener } from './opener.ts'
import { Scheduler } from './scheduler.ts'
import { Paths } from './paths.ts'
import { Sealer } from './sealer.ts'
import { Signals } from './signal.ts'
import type { Stream } from './stream.ts'
import { Streams } from './streams.ts'
import { Tickets } from './tickets.ts'

export interface CoreConfig {
  readonly established: Established
  readonly crypto: ChannelCrypto
  readonly limits: SessionLimits
  readonly emit: (event: SessionEvent) => void
  /** 32 fresh random octets. */
  readonly seed: Uint8Array
  readonly now: number
}

export function buildCore({ established, crypto, limits, emit, seed, now }: CoreConfig): Core {
  const { role } = established
  const lasting = new Lasting(crypto, established, seed)
  const tickets = new Tickets(crypto, lasting, emit)
  const other = role === 'initiator' ? 'responder' : 'initiator'
  const signals = new Signals()
  const datagrams = new DatagramQueue(limits.datagrams)
  const scheduler = new Scheduler(datagrams)
  const reader = new NoticeReader()
  const notice = (stream: Stream): void => {
    for (;;) {
      const octets = streams.read(stream)
      if (!(octets instanceof Uint8Array)) return
      reader.push(octets, (kind, message) => {
        if (kind === ticketNotice) tickets.take(message)
        else emit({ type: 'notice', kind, octets: message })
      })
    }
  }
  const wake = (stream: Stream): void => scheduler.wake(stream)
  const streams = new Streams({ role, limits, signals, emit, wake, notice })
  const delivery = new Delivery(streams, scheduler, signals, limits.streamBuffer, emit)
  const ids = new ConnectionIds(crypto, lasting, emit)
  const paths = new Paths({ role, ids, signals, emit, lost: (packet) => delivery.lost(packet) })
  return {
    role,
    ids,
    sealer: new Sealer(crypto, lasting.firstPhase(crypto, role), limits, now),
    opener: new Opener(crypto, lasting.firstPhase(crypto, other)),
    paths,
    streams,
    signals,
    datagrams,
    scheduler,
    delivery,
    tickets,
    challenges: new Challenges(crypto, lasting),
    hearing: new Hearing(now),
    padding: 'none',
    emit,
    duplicateFor: 0,
    datagramNumber: 0,
    activeAt: now,
    peerRadio: undefined,
    holds: 'what is tolerant',
  }
}

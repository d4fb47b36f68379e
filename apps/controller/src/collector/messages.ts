/** Messages between the main thread and the collector thread. @module */
import type { Domain } from '@vagus/analytics'
import type { CollectorTotals, ExporterState, FlowEvent } from '@vagus/flow'
import type { FlowLogState, StoreEvent } from '@vagus/store'
import type { MessagePort } from 'node:worker_threads'
import type { UdpEndpoint } from '../config/endpoint.ts'
import type { CounterReading } from '../domain/measurements.ts'
import type { LiveAnswer, LiveQuery } from './live-query.ts'

/** The collector's view of the domain; may be replaced while it runs. */
export interface CollectorDomain {
  readonly domain: Domain
  /** Sampling rates that the operator configured, by the text of the exporter's address. */
  readonly samplingRates: ReadonlyMap<string, number>
  /** Which device reports from an address that is not its own: the device's address by the source's. */
  readonly agentOf: ReadonlyMap<string, string>
}

export interface CollectorStart extends CollectorDomain {
  readonly listen: readonly UdpEndpoint[]
  readonly receiveBuffer: number
  /** Folder of the flow store. */
  readonly folder: string
  /** From the previous run of the collector; `undefined` in the first. */
  readonly snapshot: unknown
  /** Where the numbers of acknowledged blocks go. */
  readonly acknowledged: MessagePort
}

export type ToCollector =
  | { readonly type: 'start'; readonly start: CollectorStart }
  | { readonly type: 'domain'; readonly domain: CollectorDomain }
  | { readonly type: 'ask'; readonly id: number; readonly query: LiveQuery }
  | { readonly type: 'stop' }

interface ReceiverState {
  readonly kind: 'recvmmsg' | 'dgram'
  /** Octets. */
  readonly receiveBuffer: number
  /** Datagrams dropped by the kernel since the start. */
  readonly dropped: number
}

/** In milliseconds, from the first packet of records to their arrival. */
export interface RecordLag {
  /** Of nearly all traffic: figures end this long before now. */
  readonly ms: number
  /** Exporters whose records come later than figures wait at most. */
  readonly late: readonly { readonly address: string; readonly lag: number }[]
}

/** What happened in the last second. */
export interface CollectorReport {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly exporters: readonly ExporterState[]
  readonly counters: readonly CounterReading[]
  readonly events: readonly FlowEvent[]
  readonly storeEvents: readonly StoreEvent[]
  readonly totals: CollectorTotals
  readonly receiver: ReceiverState
  /** Records since the start in the store but not in live figures: they came faster than the window takes them in. */
  readonly liveLeftOut: number
  /** Records too old for the live window, and records that end in the future; since the start. */
  readonly liveLate: number
  readonly liveFuture: number
  readonly recordLag: RecordLag
  readonly log: FlowLogState
}

export type FromCollector =
  | {
      readonly type: 'started'
      readonly endpoints: readonly UdpEndpoint[]
      /** Why not recvmmsg; undefined when it is. */
      readonly fallback: string | undefined
      /** Why the snapshot was not taken; undefined when it was, or there was none. */
      readonly snapshotProblem: string | undefined
    }
  | { readonly type: 'report'; readonly report: CollectorReport }
  /** The collector's state as JSON, made here: as objects it would keep the main thread much longer. */
  | { readonly type: 'snapshot'; readonly json: string }
  | { readonly type: 'answer'; readonly id: number; readonly answer: LiveAnswer }
  | { readonly type: 'refused'; readonly id: number; readonly problem: string }
  | { readonly type: 'failed'; readonly problem: string }
  | { readonly type: 'stopped' }

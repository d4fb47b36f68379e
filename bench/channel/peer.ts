/** What each system under measurement offers: encrypted streams between two processes that prove who they are. */
import type { Duplex } from 'node:stream'

export interface BenchConnection {
  /** The first stream, or the connection itself. */
  readonly stream: Duplex
  /** Another stream with a class of its own; systems without such a thing have none. */
  readonly open?: (trafficClass: 'control' | 'bulk') => Duplex
  readonly close: () => void
}

interface BenchServer {
  /** What a client needs to know, for JSON. */
  readonly target: unknown
}

export interface BenchPeer {
  /** Calls `onStream` for each stream that a client opens. */
  serve(onStream: (stream: Duplex) => void): Promise<BenchServer>
  /**
   * `full`: a whole mutual handshake; `resumed`: with what an earlier connection left, where there is such a thing;
   * `bulk`: over TCP. Each of `lane`s is another client identity where one identity has one connection.
   */
  connect(target: unknown, how: 'full' | 'resumed' | 'bulk', lane: number): Promise<BenchConnection>
}

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
   * `bulk`: over TCP; `idle`: whole, and kept. Each of `lane`s is another connection: where one identity has one with
   * another, it is another client; for `idle`, another pair of a client and a server.
   */
  connect(target: unknown, how: 'full' | 'resumed' | 'bulk' | 'idle', lane: number): Promise<BenchConnection>
}

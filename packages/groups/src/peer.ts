/** Another member, as far as it is reached: what it has of each log, and what is under way to it. @module */
import { maxRows } from './frame.ts'

/** Of one log. */
export interface PeerRow {
  /** The last message that it told to have. */
  have: number
  /** The last one that was sent to it over the stream that there is now. */
  sent: number
  /** Octets sent since it had everything that was sent. */
  underWay: number
  /** Since when it has not come closer to what there is, milliseconds since 1970; `undefined`: it has it all. */
  lagsSince: number | undefined
  /** `repair`: this member gives it what it lacks, although it is not its turn in the tree. */
  serves: 'tree' | 'repair'
}

export class Peer {
  /** `up`: a stream to it is open. `down`: it is not reached. `unknown`: neither yet. */
  state: 'up' | 'down' | 'unknown' = 'unknown'
  /** By names of logs; also of those that are not known here. Bounded by `maxRows`: further logs are not served. */
  readonly rows = new Map<string, PeerRow>()
  /** The last own key that was told over the stream that there is now. */
  toldKey = 0
  /** By names of logs: behind which message it was last asked to begin again. Once is enough, since a stream loses nothing. */
  readonly #askedBehind = new Map<string, number>()

  /** A stream to it was opened: what was under way may be lost. */
  restart(): void {
    this.state = 'up'
    this.toldKey = 0
    this.#askedBehind.clear()
    for (const row of this.rows.values()) {
      row.sent = row.have
      row.underWay = 0
    }
  }

  /** Whether to ask it for what comes behind `seq`: it was not asked yet. */
  isToAsk(log: string, seq: number): boolean {
    if (this.#askedBehind.get(log) === seq) return false
    this.#askedBehind.set(log, seq)
    return true
  }

  /** It has the log up to `seq`. @param sent `again`: nothing behind that is under way any more */
  has(log: string, seq: number, sent: 'as before' | 'again'): PeerRow | undefined {
    const known = this.rows.get(log)
    if (known === undefined) {
      if (this.rows.size >= maxRows) return undefined
      const row: PeerRow = { have: seq, sent: seq, underWay: 0, lagsSince: undefined, serves: 'tree' }
      this.rows.set(log, row)
      return row
    }
    if (seq > known.have && known.lagsSince !== undefined) known.lagsSince = undefined // it gets on; see `notice`
    known.have = seq
    if (sent === 'again' || known.sent <= seq) {
      known.sent = seq
      known.underWay = 0
    }
    return known
  }
}

/**
 * Notes whether `row` lags behind what is there.
 * @param have the last message that is there @param now milliseconds since 1970
 */
export function notice(row: PeerRow, have: number, now: number): void {
  if (row.have >= have) {
    row.lagsSince = undefined
    row.serves = 'tree'
  } else row.lagsSince = Math.min(row.lagsSince ?? now, now) // a clock may be set back
}

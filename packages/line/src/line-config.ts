/** Times of lines, milliseconds. @module */

export interface LineConfig {
  /** Before its start, when a booked line is set up. */
  readonly leadMs: number
  /** After its start, or its order, during which it is tried again where what it needs is not free yet. */
  readonly patienceMs: number
  /** The same after a restart: routers have to be reached first. */
  readonly restartMs: number
  /** Between two of these tries. */
  readonly retryMs: number
  /** Between two searches for another path of a line in trouble, and between two askings of a router that does not answer. */
  readonly againMs: number
  /** Without an answer, routers may have what they were asked for. */
  readonly answerMs: number
  /** Packets that are under way arrive in this time. */
  readonly drainMs: number
  /** Before the number of a path is used again. */
  readonly restMs: number
  /** By how much a lease may end later than it should, as requests are under way; leases of holds end later by so much. */
  readonly slackMs: number
  /** A line moves when an end has sent past it for so long. */
  readonly unsteeredMs: number
}

export const defaultLineConfig: LineConfig = {
  leadMs: 2000,
  patienceMs: 5000,
  restartMs: 30_000,
  retryMs: 1000,
  againMs: 5000,
  answerMs: 60_000,
  drainMs: 200,
  restMs: 60_000,
  slackMs: 10_000,
  unsteeredMs: 5000,
}

/**
 * What a policy sees of a border at one step, and what it answers. A border is the parallel links to one neighbour AS; the
 * neighbour sends each prefix of ours over one of them, and a MED says over which we would like it.
 *
 * Prefixes are numbered 0..prefixes-1, links 0..links-1. Where two candidates tie, the lower number wins.
 * @module
 */

/** Read only for policies. Loads and capacities are in any one unit, such as Mbit/s. */
export interface Observation {
  readonly prefixes: number
  readonly links: number
  /** Number of the step, from 0 on. */
  readonly step: number
  readonly stepsPerDay: number
  /** What it costs to let a prefix enter there, at prefix × links + link: 0 is nothing, 1 the length of the border. */
  readonly delay: Float64Array
  /** The link over which each prefix enters when nobody asks for another. */
  readonly preferred: Int32Array
  /** The link over which each prefix enters now. */
  readonly assignment: Int32Array
  /** 1 until the neighbour ignored a move of the prefix. */
  readonly complies: Uint8Array
  /** Of each link, now. */
  readonly capacity: Float64Array
  /** Measured on each link: at most its capacity, whatever was sent. */
  readonly load: Float64Array
  /** 1 where the load reached the capacity. */
  readonly saturated: Uint8Array
  /** 1 where the prefix is among the heaviest of its link, which are measured one by one. */
  readonly visible: Uint8Array
  /** Load of each prefix: measured where visible, else its share of what the link carries besides (`estimate.ts`). */
  readonly estimate: Float64Array
  /** Step of the last move of each prefix; `neverMoved` before the first. */
  readonly lastMove: Int32Array
}

export const neverMoved = -999

/** Decides over the steps of one border; what it remembers of earlier steps is its own. */
export interface Policy {
  /** The wished link of each prefix. Of those that differ from the assignment, `moveBudget` are carried out, by number. */
  decide(seen: Observation): Int32Array
}

/** Prefixes of each link that are measured one by one. */
export const topPrefixes = 20
/** Moves that are carried out in one step. */
export const moveBudget = 8
/** A prefix that moves again within so many steps flaps. */
export const flapSteps = 12

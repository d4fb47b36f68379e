/** Why an agent did not do what it was asked for. @module */
import type { DeclineCode } from '@vagus/grasp/objectives'

/**
 * `DeclineCode` and `DECLINED`, a code that we do not know: the agent said so. `ABSENT`: it is not connected, and was not
 * asked. `SILENT`: it did not answer in time, or went away; whether it did what was asked is not known. So it is with
 * `UNCLEAR`: its answer made no sense.
 */
export type AskCode = DeclineCode | 'DECLINED' | 'ABSENT' | 'SILENT' | 'UNCLEAR'

export interface Reason {
  readonly code: AskCode
  /** A sentence without a full stop. */
  readonly problem: string
}

export class NegotiationProblem extends Error {
  readonly code: AskCode
  /** A sentence without a full stop. */
  readonly problem: string

  /** @param asked who does not do what: `pe-1 does not take MED 200` */
  constructor(asked: string, { code, problem }: Reason) {
    super(`${asked}: ${problem} (${code})`)
    this.code = code
    this.problem = problem
  }
}

/** Whether the agent may have done what it was asked for. */
export const isUnclear = ({ code }: Pick<Reason, 'code'>): boolean => code === 'SILENT' || code === 'UNCLEAR'

export const absent: Reason = {
  code: 'ABSENT',
  problem: 'its agent is not connected; "vagus device --steered-by" connects it',
}

/** A router that does not answer by SNMP as it should: the message says why, and what would mend it. Pure. @module */

export type ProblemKind = 'no-answer' | 'wrong-user' | 'wrong-secret' | 'refused' | 'malformed' | 'too-big'

export class SnmpProblem extends Error {
  override readonly name = 'SnmpProblem'
  readonly kind: ProblemKind

  constructor(kind: ProblemKind, message: string) {
    super(message)
    this.kind = kind
  }
}

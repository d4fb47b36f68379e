/** What goes wrong, with the error code of RFC 8991 appendix A. @module */
import type { ErrorCode } from '@vagus/grasp'

/** What each code means to whoever called; the codes that only peers or engines see are left to their name. */
const meanings: { readonly [Code in ErrorCode]?: string } = {
  declined: 'the other side declined',
  noReply: 'no reply',
  ASAfull: 'there are too many service agents here',
  dupASA: 'there is a service agent of that name already',
  noASA: 'the service agent is closed',
  notYourObj: 'another service agent registered the objective',
  notBoth: 'an objective is for negotiation or for synchronisation',
  notDry: 'only a negotiation can have dry runs',
  notOverlap: 'the objective is registered already, and not to be shared',
  objFull: 'there are too many objectives here',
  objReg: 'the objective is registered already',
  notObj: 'no such objective is known',
  notNeg: 'the objective is not for negotiation',
  noSecurity: 'no secure substrate: GRASP runs without one in DULL mode only, or in plain mode for tests',
  noDiscReply: 'nobody answered the discovery',
  noSession: 'the negotiation is over',
  noSocket: 'too many sessions or connections are open',
  loopExhausted: 'the loop count is used up; accept or decline remain',
  noPeer: 'the other side is gone, or was never there',
  CBORfail: 'the value cannot be written or read',
  invalidNeg: 'a message made no sense in the negotiation',
  invalidEnd: 'the other side ended out of turn',
  noNegReply: 'the other side did not answer in time',
  noValidStep: 'that is not possible now: it is the turn of the other side',
  IDclash: 'no free session id was found',
  notSynch: 'the objective is not for synchronisation',
  notFloodDisc: 'the objective cannot be flooded',
  sockErrSynRq: 'the other side cannot be reached',
  noSynchReply: 'no value came',
  noValidSynch: 'what came was no value',
  invalidLoc: 'the locator cannot be used',
}

export class GraspError extends Error {
  override readonly name = 'GraspError'
  readonly code: Exclude<ErrorCode, 'ok'>
  /** What is wrong in this case, where more is known than the code says. */
  readonly problem: string | undefined

  constructor(code: Exclude<ErrorCode, 'ok'>, problem?: string) {
    super(`${meanings[code] ?? code}${problem === undefined ? '' : `: ${problem}`} (${code})`)
    this.code = code
    this.problem = problem
  }
}

/** @throws {GraspError} unless `code` is `ok` */
export function checkCode(code: ErrorCode, problem?: string): void {
  if (code !== 'ok') throw new GraspError(code, problem)
}

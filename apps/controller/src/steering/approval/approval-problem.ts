/** Why a proposal is not approved, or an approval not ended, as HTTP has it. @module */

export class ApprovalProblem extends Error {
  override readonly name = 'ApprovalProblem'
  /** 404: there is no such proposal; 409: not as things are; 503: something that it needs is not there now. */
  readonly status: 404 | 409 | 503

  constructor(status: ApprovalProblem['status'], problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.status = status
  }
}

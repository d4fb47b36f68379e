/** A refusal of the gateway itself, with fields beside it. @module */
import { ProblemError, type Reason } from '../wire/problem.ts'

export class Refused extends ProblemError {
  readonly fields: Readonly<Record<string, string>>

  constructor(reason: Reason, detail: string, fields: Readonly<Record<string, string>>) {
    super(reason, detail)
    this.fields = fields
  }
}

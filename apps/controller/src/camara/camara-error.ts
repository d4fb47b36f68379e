/** Errors as CAMARA has them (`ErrorInfo`), and which of our own problems are which of these. @module */
import { StoreError } from '@vagus/store'
import type { Issue } from '../config/schema-problem.ts'
import { schemaProblem } from '../config/schema-problem.ts'
import { ProblemError } from '../http/problem.ts'

/** Each code with its status. */
const camaraCodes = {
  INVALID_ARGUMENT: 400,
  INVALID_SINK: 400,
  'QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE': 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  IDENTIFIER_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  'QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED': 409,
  SERVICE_NOT_APPLICABLE: 422,
  MISSING_IDENTIFIER: 422,
  UNSUPPORTED_IDENTIFIER: 422,
  PRIVATE_KEY_JWT_NOT_CONFIGURED: 422,
  'QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE': 422,
  QUOTA_EXCEEDED: 429,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const
export type CamaraCode = keyof typeof camaraCodes

/** Thrown by what answers a request; becomes the answer. */
export class CamaraError extends Error {
  override readonly name = 'CamaraError'
  readonly code: CamaraCode

  constructor(code: CamaraCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Characters of `message`. */
const maxMessage = 512

export const errorInfo = ({ code, message }: CamaraError) => ({
  status: camaraCodes[code],
  code,
  message: message.length > maxMessage ? `${message.slice(0, maxMessage - 1)}…` : message,
})

/** Undefined: nothing that a caller could be told of. */
export function camaraErrorOf(error: unknown): CamaraError | undefined {
  if (error instanceof CamaraError) return error
  if (error instanceof StoreError) return new CamaraError('UNAVAILABLE', error.message)
  if (error instanceof ProblemError && error.problem.status === 503)
    return new CamaraError('UNAVAILABLE', error.message)
  return undefined
}

/** A body that its schema refuses. @param body as read */
export function invalidBody(issues: readonly Issue[], body: unknown): CamaraError {
  const problems = issues.flatMap((issue) => {
    const at = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') return [`${at === '' ? 'the body' : at} ${schemaProblem(issue, body)}`]
    return (issue.keys ?? []).map(
      (key) => `${at === '' ? '' : `${at}.`}${key} is not declared in this API; leave it out`,
    )
  })
  return new CamaraError('INVALID_ARGUMENT', problems.join('; '))
}

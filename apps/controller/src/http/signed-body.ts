/** The body of a PUT that proves itself: a compact JWS (RFC 7515 §7.1). @module */
import type { Context } from 'hono'
import { ProblemError, problemOf } from './problem.ts'

/** Read only when its length is announced and at most `maxOctets`. @param what `a document`. @throws {ProblemError} */
export async function signedBody(c: Context, what: string, maxOctets: number): Promise<string> {
  const length = Number(c.req.header('content-length') ?? Infinity)
  if (length > maxOctets)
    throw new ProblemError(problemOf(400, `send ${what} of at most ${maxOctets} octets, with Content-Length`))
  return (await c.req.text()).trim()
}

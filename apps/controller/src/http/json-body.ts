/** The JSON body of a request, read by hand: hono would take one of another content type for none, and so for the defaults. @module */
import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { ProblemError, problemOf, queryProblem } from './problem.ts'

/** More than a request has. */
const maxBodyOctets = 4096

/** @param example what would be right, as text @throws {ProblemError} with what would be right */
export async function bodyIn<Schema extends z.ZodObject>(
  c: Context,
  schema: Schema,
  example: string,
): Promise<z.output<Schema>> {
  const length = Number(c.req.header('content-length') ?? Infinity)
  if (length > maxBodyOctets)
    throw new ProblemError(problemOf(400, `send a body of at most ${maxBodyOctets} octets, with Content-Length`))
  const body = jsonIn(await c.req.text(), example)
  const read = schema.safeParse(body)
  if (read.success) return read.data
  throw new ProblemError(queryProblem(read.error.issues, Object.keys(schema.shape), body))
}

/** An object in JSON. @throws {ProblemError} */
function jsonIn(text: string, example: string): object {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch {
    // said below
  }
  throw new ProblemError(problemOf(400, `the body is a JSON object such as ${example}`))
}

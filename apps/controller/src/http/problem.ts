/** Errors as problem+json (RFC 9457): what was wrong, and what would be right. @module */
import { type Problem, problemSchema } from '@vagus/api'
import { unknownAgent, unknownRoster } from '@vagus/api/problem-types'
import type { Context } from 'hono'
import { type Issue, schemaProblem } from '../config/schema-problem.ts'

/** Thrown by a route; becomes its answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'

  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.problem = problem
  }
}

const titles = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  409: 'Conflict',
  421: 'Misdirected request',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available now',
} as const
export type ProblemStatus = keyof typeof titles

export function problemOf(
  status: ProblemStatus,
  detail: string,
  errors?: readonly { readonly parameter: string; readonly problem: string }[],
): Problem {
  const problem: Problem = { type: 'about:blank', title: titles[status], status, detail }
  return errors === undefined ? problem : { ...problem, errors: [...errors] }
}

/** Of a type of its own: agents that look up a name must not mistake a wrong path for it. */
export const unknownAgentProblem = (name: string): Problem => ({
  ...problemOf(404, `there is no agent "${name}"`),
  type: unknownAgent,
  title: 'No agent of this name',
})

export const unknownRosterProblem = (owner: string): Problem => ({
  ...problemOf(404, `there is no roster of "${owner}"`),
  type: unknownRoster,
  title: 'No roster of this owner',
})

export function answerProblem(c: Context, problem: Problem): Response {
  return c.body(JSON.stringify({ ...problem, instance: c.req.path }), problem.status as ProblemStatus, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  })
}

/** A query that its schema refuses. @param known the known parameters @param query as written */
export function queryProblem(issues: readonly Issue[], known: readonly string[], query: object): Problem {
  const right = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`
  const errors = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? (issue.keys ?? []).map((parameter) => ({
          parameter,
          problem: `is not known here; ${right}`,
        }))
      : [{ parameter: issue.path.map(String).join('.'), problem: schemaProblem(issue, query) }],
  )
  return problemOf(400, errors.map(({ parameter, problem }) => `${parameter}: ${problem}`).join('; '), errors)
}

/** For the OpenAPI document. */
export const problemContent = { 'application/problem+json': { schema: problemSchema.meta({ id: 'Problem' }) } }

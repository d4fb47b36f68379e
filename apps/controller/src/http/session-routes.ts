/** Agents tell here of their sessions, and everybody reads them. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { maxReportOctets, type Problem, reportHoldsSeconds } from '@vagus/api'
import type { Agents, Unreported } from './backend.ts'
import { answerProblem, problemContent, ProblemError, problemOf, unknownAgentProblem } from './problem.ts'
import { routes } from './routes.ts'
import { signedBody } from './signed-body.ts'

const problem = (description: string) => ({ description, content: problemContent })

const report = createRoute({
  method: 'put',
  path: '/v1/agents/{name}/sessions',
  summary: 'An agent tells of its sessions',
  description:
    'The report must be signed with the key that the newest document of the agent names, and be later than the one ' +
    `before. It is of now: after ${reportHoldsSeconds} s without another one it is no longer shown.`,
  request: {
    params: z.object({ name: z.string().describe('name of the agent, or its id') }),
    body: { content: { 'application/jose': { schema: z.string().describe('the signed report, a compact JWS') } } },
  },
  responses: {
    204: { description: 'taken' },
    400: problem('the report is not believed; `detail` says why'),
    404: problem('there is no agent of that name'),
    503: problem('as many agents tell as can be listed'),
  },
})

export function addSessionRoutes(app: OpenAPIHono, agents: Agents): void {
  app.openapi(routes.sessions, (c) => {
    const found = agents.sessions(c.req.valid('query'))
    if ('unknown' in found) throw new ProblemError(unknownAgentProblem(found.unknown))
    return c.json(found, 200)
  })
  app.openapi(report, async (c) => {
    const { name } = c.req.valid('param')
    const told = agents.report(name, await signedBody(c, 'a report', maxReportOctets))
    if (told.type !== 'taken') throw new ProblemError(problemOfUnreported(name, told))
    return c.body(null, 204)
  })
  app.all('/v1/agents/:name/sessions', (c) =>
    answerProblem(c, problemOf(405, 'sessions are told with PUT here, and read with GET at /v1/sessions')),
  )
}

function problemOfUnreported(name: string, unreported: Unreported): Problem {
  if (unreported.type === 'unlisted') return unknownAgentProblem(name)
  if (unreported.type === 'full') return problemOf(503, 'as many agents tell as can be listed; tell again later')
  if (unreported.type === 'refused') return problemOf(400, unreported.problem)
  const newest = new Date(unreported.newest).toISOString()
  return problemOf(400, `"at" must be later than ${newest}, which the newest report of "${name}" says`)
}

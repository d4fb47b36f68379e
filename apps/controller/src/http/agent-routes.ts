/** Agents publish their signed documents here, and read those of others. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { agentsQuerySchema, type Problem } from '@vagus/api'
import type { Unpublished } from '../agents/agent-list.ts'
import type { Agents } from './backend.ts'
import type { Gate } from './gate.ts'
import { named } from './named.ts'
import {
  answerProblem,
  problemContent,
  ProblemError,
  problemOf,
  unknownAgentProblem,
  unknownRosterProblem,
} from './problem.ts'
import { signedBody } from './signed-body.ts'

/** As long as a document may be, and some more for the answer to one that is longer. */
const maxBodyOctets = 131_072
const name = z.object({ name: z.string().describe('name of the agent, or its id') })
const body = { content: { 'application/jose': { schema: z.string().describe('the signed document, a compact JWS') } } }
const problem = (description: string) => ({ description, content: problemContent })
const one = (description: string) => ({ description, content: { 'application/json': { schema: named.agent } } })

export const agentRoutes = {
  list: createRoute({
    method: 'get',
    path: '/v1/agents',
    summary: 'Agents whose documents hold',
    description: 'Skill and role are claims of the agents. Who calls one for them decides whom to believe.',
    request: { query: agentsQuerySchema },
    responses: {
      200: {
        description: 'by name, or by state where `n` is given',
        content: { 'application/json': { schema: named.agentList } },
      },
      400: problem('the query is wrong; `errors` says what would be right'),
      404: problem('no roster of the owner in `fleet` holds here'),
    },
  }),
  show: createRoute({
    method: 'get',
    path: '/v1/agents/{name}',
    summary: 'One agent, with its signed document',
    request: { params: name },
    responses: { 200: one('the agent'), 404: problem('there is none of that name') },
  }),
  publish: createRoute({
    method: 'put',
    path: '/v1/agents/{name}',
    summary: 'An agent publishes its document',
    description:
      'The document must verify, claim the name, and be newer than the one known. The first with a name keeps it.',
    request: { params: name, body },
    responses: {
      200: one('a newer document of an agent that was known'),
      201: one('a new agent'),
      400: problem('the document is not believed; `detail` says why'),
      409: problem('the name is another agent’s'),
      503: problem('the list is full, or the disk of the controller'),
    },
  }),
  forget: createRoute({
    method: 'delete',
    path: '/v1/agents/{name}',
    summary: 'The operator takes an agent off the list',
    description: 'It is listed again when it publishes itself again. Only with the operator’s key, as a bearer token.',
    request: { params: name },
    responses: {
      200: one('the agent that is forgotten'),
      403: problem('without the operator’s key'),
      404: problem('there is none of that name'),
    },
  }),
}

export function addAgentRoutes(app: OpenAPIHono, agents: Agents, gate: Gate): void {
  app.openapi(agentRoutes.list, (c) => {
    const found = agents.all(c.req.valid('query'))
    if ('unknownFleet' in found) throw new ProblemError(unknownRosterProblem(found.unknownFleet))
    return c.json(found, 200)
  })
  app.openapi(agentRoutes.show, (c) => {
    const { name } = c.req.valid('param')
    const agent = agents.find(name)
    if (agent === undefined) throw new ProblemError(unknownAgentProblem(name))
    return c.json(agent, 200)
  })
  app.openapi(agentRoutes.publish, async (c) => {
    const { name } = c.req.valid('param')
    const published = agents.publish(name, await signedBody(c, 'a document', maxBodyOctets))
    if ('agent' in published)
      return published.type === 'added' ? c.json(published.agent, 201) : c.json(published.agent, 200)
    throw new ProblemError(problemOfUnpublished(name, published))
  })
  app.openapi(agentRoutes.forget, (c) => {
    const { name } = c.req.valid('param')
    const by = gate.allow(c, 'forget', commands)
    const agent = agents.forget(name, by)
    if (agent === undefined) throw new ProblemError(unknownAgentProblem(name))
    return c.json(agent, 200)
  })
  app.all('/v1/agents/*', (c) =>
    answerProblem(c, problemOf(405, 'an agent is read with GET, published with PUT and forgotten with DELETE')),
  )
}

/** What has operator.key. */
const commands = '"vagus agent rm NAME"'

function problemOfUnpublished(name: string, unpublished: Unpublished): Problem {
  if (unpublished.type === 'taken')
    return problemOf(
      409,
      `"${name}" is ${unpublished.by.id}; take another name, or if that one is gone for good: ${commands}`,
    )
  if (unpublished.type === 'full')
    return problemOf(503, 'the list is full; agents whose documents have ended make room, and "vagus agent rm NAME"')
  return problemOf(400, `${unpublished.because.problem} (${unpublished.because.code})`)
}

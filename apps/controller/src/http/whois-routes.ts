/** Who is at an address, and whose traffic it is. Everybody who may read the API reads it. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { topQuerySchema } from '@vagus/api'
import { agentFlowsQuerySchema, whoisQuerySchema } from '@vagus/api/whois'
import type { Backend } from './backend.ts'
import { named } from './named.ts'
import { problemContent, ProblemError, unknownAgentProblem } from './problem.ts'
import { windowBetween, windowOf } from './window.ts'

const problem = (description: string) => ({ description, content: problemContent })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
})
const refused = { 400: problem('the query is wrong; `errors` says what would be right') }
const unavailable = { 503: problem('not now; `detail` says why') }

export const whoisRoutes = {
  whois: createRoute({
    method: 'get',
    path: '/v1/whois',
    summary: 'Who is at an address, or what is known of an agent, with the evidence',
    description:
      'An address, address:port, name, id, device, serial number or other identifier. No agents: nobody is known there. ' +
      'It admits nobody: what it says is evidence for people.',
    request: { query: whoisQuerySchema },
    responses: { ...json(named.whois, 'the agents, the strongest evidence first'), ...refused },
  }),
  agentFlows: createRoute({
    method: 'get',
    path: '/v1/flows/agents',
    summary: 'Traffic by agent, role or fleet',
    description:
      'Single records joined with who held their addresses and ports at the time. What is nobody’s is not in the items; ' +
      '`attributed` and `ambiguous` say how much is.',
    request: { query: agentFlowsQuerySchema },
    responses: { ...json(named.agentFlows, 'largest first'), ...refused, ...unavailable },
  }),
  agentTraffic: createRoute({
    method: 'get',
    path: '/v1/agents/{name}/traffic',
    summary: 'What flows saw of one agent, beside what its side-car counts',
    request: {
      params: z.object({ name: z.string().describe('name of the agent, or its id') }),
      query: z.strictObject({ last: topQuerySchema.shape.last }),
    },
    responses: {
      ...json(named.agentTraffic, 'both, over the same window'),
      ...refused,
      404: problem('there is no agent of that name'),
      ...unavailable,
    },
  }),
}

type WhoisBackend = Pick<Backend, 'whois' | 'agentFlows' | 'agentTraffic'>

export function addWhoisRoutes(app: OpenAPIHono, backend: WhoisBackend, now: () => number): void {
  app.openapi(whoisRoutes.whois, (c) => {
    const { asked, at } = c.req.valid('query')
    return c.json(backend.whois(asked, at === undefined ? undefined : Date.parse(at)), 200)
  })
  app.openapi(whoisRoutes.agentFlows, async (c) => {
    const { by, n, ...window } = c.req.valid('query')
    return c.json(await backend.agentFlows({ by, n, window: windowBetween(window, now()) }), 200)
  })
  app.openapi(whoisRoutes.agentTraffic, async (c) => {
    const { name } = c.req.valid('param')
    const found = await backend.agentTraffic(name, windowOf(c.req.valid('query').last ?? '5m'))
    if (found === undefined) throw new ProblemError(unknownAgentProblem(name))
    return c.json(found, 200)
  })
}

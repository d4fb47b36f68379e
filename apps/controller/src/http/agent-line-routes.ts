/**
 * Private lines for agents of the fleet: an application of its own, which no socket leads to. What asks it for an agent, the
 * controller's MCP as a member of the fleet, says which.
 * @module
 */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import {
  agentLineChangeSchema,
  agentLineOrderSchema,
  agentLineQuerySchema,
  agentLineQuoteSchema,
} from '@vagus/api/agent-lines'
import { lineRequestSchema, lineResourceSchema } from '@vagus/api/lines'
import { StoreError } from '@vagus/store'
import type { AgentLines } from '../lines/agents/agent-lines.ts'
import { bodyIn } from './json-body.ts'
import { answerProblem, ProblemError, problemOf, queryProblem } from './problem.ts'

const params = z.object({ id: z.string().describe('such as line-7') })
const content = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } })
const body = <Schema extends z.ZodObject>(schema: Schema) => ({ body: { required: true, content: content(schema) } })
const line = { 200: { description: 'the line', content: content(lineResourceSchema) } }

export const agentLineRoutes = {
  quote: createRoute({
    method: 'post',
    path: '/v1/line-quotes',
    request: body(lineRequestSchema),
    responses: { 200: { description: 'the quote', content: content(agentLineQuoteSchema) } },
  }),
  order: createRoute({ method: 'post', path: '/v1/lines', request: body(agentLineOrderSchema), responses: line }),
  show: createRoute({
    method: 'get',
    path: '/v1/lines/{id}',
    request: { params, query: agentLineQuerySchema },
    responses: line,
  }),
  change: createRoute({
    method: 'patch',
    path: '/v1/lines/{id}',
    request: { params, ...body(agentLineChangeSchema) },
    responses: line,
  }),
  release: createRoute({ method: 'delete', path: '/v1/lines/{id}', request: { params }, responses: line }),
}

const wish = '{"from": "dc-east", "to": "dc-west", "bitsPerSecond": 20000000, "for": "1h"}'

export interface AgentBinding {
  /** The id that its session proved. */
  readonly agent: string
}

/** @param onError called for internal errors */
export function createAgentLineApp(lines: () => AgentLines, onError: (error: Error) => void) {
  const app = new OpenAPIHono<{ Bindings: AgentBinding }>({
    defaultHook: (result, c) =>
      result.success ? undefined : answerProblem(c, queryProblem(result.error.issues, [], c.req.query())),
  })
  app.post('/v1/line-quotes', async (c) =>
    c.json(lines().quote(c.env.agent, await bodyIn(c, lineRequestSchema, wish)), 200),
  )
  app.post('/v1/lines', async (c) =>
    c.json(lines().order(c.env.agent, await bodyIn(c, agentLineOrderSchema, wish)), 200),
  )
  app.openapi(agentLineRoutes.show, async (c) => {
    const { waitFor, seconds } = c.req.valid('query')
    const awaited = waitFor && { within: seconds * 1000, signal: c.req.raw.signal }
    return c.json(await lines().find(c.env.agent, c.req.valid('param').id, awaited), 200)
  })
  app.patch('/v1/lines/:id', async (c) => {
    const change = await bodyIn(c, agentLineChangeSchema, '{"bitsPerSecond": 30000000}')
    return c.json(await lines().change(c.env.agent, c.req.param('id'), change), 200)
  })
  app.openapi(agentLineRoutes.release, async (c) =>
    c.json(await lines().release(c.env.agent, c.req.valid('param').id), 200),
  )
  app.onError((error, c) => {
    if (error instanceof ProblemError) return answerProblem(c, error.problem)
    if (error instanceof StoreError) return answerProblem(c, problemOf(503, error.message))
    onError(error)
    return answerProblem(c, problemOf(500, 'the controller failed to answer; its log says why'))
  })
  return app
}

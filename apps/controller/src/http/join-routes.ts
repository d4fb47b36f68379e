/** Boxes that join: anybody who may read sees them, the operator decides. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { joinDecisionSchema } from '@vagus/api/joins'
import type { Joins } from './backend.ts'
import type { Gate } from './gate.ts'
import { bodyIn } from './json-body.ts'
import { named } from './named.ts'
import { problemContent, ProblemError, problemOf } from './problem.ts'

/** What has the key. */
const commands = '"vagus join accept SERIAL", "vagus join refuse SERIAL" or "vagus join revoke SERIAL"'
const params = z.object({ serial: z.string().describe('serial number of the box') })
const noQuery = { query: z.strictObject({}) }
const problem = (description: string) => ({ description, content: problemContent })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const absent = { 404: problem('there is none of that serial number') }
const off = { 503: problem('not now, or "join" is not in vagus.yaml; `detail` says which') }

const routes = {
  list: createRoute({
    method: 'get',
    path: '/v1/joins',
    summary: 'Boxes that joined, may join, or wait for the operator',
    request: noQuery,
    responses: { 200: json(named.joinList, 'waiting ones first'), ...off },
  }),
  show: createRoute({
    method: 'get',
    path: '/v1/joins/{serial}',
    summary: 'One box, with the id of its agent once it has joined',
    request: { params, ...noQuery },
    responses: { 200: json(named.join, 'the box'), ...absent, ...off },
  }),
  decide: createRoute({
    method: 'put',
    path: '/v1/joins/{serial}/decision',
    summary: 'The operator accepts, refuses or revokes a box',
    description:
      'A box may be accepted before it was ever here. A revoked one is no member at once, and its certificate is not ' +
      'renewed. Only with the operator’s key, as a bearer token.',
    request: { params, body: { required: true, content: { 'application/json': { schema: joinDecisionSchema } } } },
    responses: {
      200: json(named.join, 'as it is now'),
      400: problem('the body is wrong, or there is no such device'),
      403: problem('without the operator’s key'),
      409: problem('not as things are; `detail` says what comes first'),
      ...absent,
      ...off,
    },
  }),
}

export function addJoinRoutes(app: OpenAPIHono, joins: () => Joins | undefined, gate: Gate): void {
  const desk = (): Joins => {
    const found = joins()
    if (found !== undefined) return found
    throw new ProblemError(problemOf(503, 'vagus.yaml has no "join": vagus config explain join says what it needs'))
  }
  app.openapi(routes.list, (c) => c.json(desk().list(), 200))
  app.openapi(routes.show, (c) => {
    const { serial } = c.req.valid('param')
    const found = desk().find(serial)
    if (found === undefined) throw new ProblemError(problemOf(404, `there is no box "${serial}"; see /v1/joins`))
    return c.json(found, 200)
  })
  app.openAPIRegistry.registerPath(routes.decide)
  app.put('/v1/joins/:serial/decision', async (c) => {
    const by = gate.allow(c, 'join', commands)
    const joins = desk()
    const decision = await bodyIn(c, joinDecisionSchema, '{"decision": "accept", "device": "pe-7"}')
    return c.json(joins.decide(c.req.param('serial'), decision, by), 200)
  })
}

/** Private lines: anybody who may read asks what is possible; the operator orders, changes and releases. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { lineChangeSchema, lineOrderSchema, lineRequestSchema, linesQuerySchema } from '@vagus/api/lines'
import type { Lines } from './backend.ts'
import type { Gate } from './gate.ts'
import { bodyIn } from './json-body.ts'
import { named } from './named.ts'
import { patiently } from './patiently.ts'
import { problemContent, ProblemError, problemOf } from './problem.ts'

/** What has the key. */
const commands = '"vagus line order", "vagus line change ID", "vagus line approve ID" or "vagus line release ID"'
/** Of an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): printable, so that it can be logged. */
const keyPattern = /^[\x21-\x7e]{1,128}$/
const params = z.object({ id: z.string().describe('such as line-7') })
const noQuery = { query: z.strictObject({}) }
const problem = (description: string) => ({ description, content: problemContent })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const line = (description: string) => json(named.line, description)
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})
const onlyOperator = 'Only with the operator’s key, as a bearer token.'
const common = {
  400: problem('the request is wrong; `errors` says what would be right'),
  503: problem('not now, or "lines" is not in vagus.yaml; `detail` says which'),
}
const stranger = { 403: problem('without the operator’s key') }
const absent = { 404: problem('there is none of that id') }
const conflict = { 409: problem('not as things are; `detail` says why, and what would be possible instead') }

export const lineRoutes = {
  quote: createRoute({
    method: 'post',
    path: '/v1/line-quotes',
    summary: 'Whether a private line is possible, over which path, and what would be instead',
    description: 'Nothing is kept: what is possible now may be taken a moment later.',
    request: body(lineRequestSchema),
    responses: { 200: json(named.lineQuote, 'the quote'), ...common },
  }),
  order: createRoute({
    method: 'post',
    path: '/v1/lines',
    summary: 'The operator orders a private line',
    description:
      'Answered once it is booked; it is then set up by itself, now or in time for its start: `state` tells. With an ' +
      `\`Idempotency-Key\` a second order with the same key is answered with the first one’s line. ${onlyOperator}`,
    request: { headers: z.object({ 'idempotency-key': z.string().optional() }), ...body(lineOrderSchema) },
    responses: {
      201: line('it is booked'),
      200: line('the key was used before: the line of then'),
      ...stranger,
      ...conflict,
      ...common,
    },
  }),
  list: createRoute({
    method: 'get',
    path: '/v1/lines',
    summary: 'Private lines, booked, there and gone',
    request: { query: linesQuerySchema },
    responses: { 200: json(named.lineList, 'newest first'), ...common },
  }),
  show: createRoute({
    method: 'get',
    path: '/v1/lines/{id}',
    summary: 'One private line: its path, what it delivered, and the proof of that',
    request: { params, ...noQuery },
    responses: { 200: line('the line'), ...absent, ...common },
  }),
  change: createRoute({
    method: 'patch',
    path: '/v1/lines/{id}',
    summary: 'The operator changes the rate or the end of a line, or moves it off a link or node',
    description: `Answered when it is done: the line goes on as it was where that is not possible. ${onlyOperator}`,
    request: { params, ...body(lineChangeSchema) },
    responses: { 200: line('as it is now'), ...stranger, ...absent, ...conflict, ...common },
  }),
  approve: createRoute({
    method: 'post',
    path: '/v1/lines/{id}/approval',
    summary: 'The operator lets an agent have a line beyond the bounds for agents',
    description: `Answered once it is there, booked, or has failed. A release refuses it. ${onlyOperator}`,
    request: { params },
    responses: { 200: line('as it is now'), ...stranger, ...absent, ...conflict, ...common },
  }),
  release: createRoute({
    method: 'delete',
    path: '/v1/lines/{id}',
    summary: 'The operator releases a line before its end',
    description: onlyOperator,
    request: { params },
    responses: { 200: line('as it is now'), ...stranger, ...absent, ...conflict, ...common },
  }),
}

const example = '{"from": "dc-east", "to": "dc-west", "bitsPerSecond": 20000000, "for": "1h"}'

export function addLineRoutes(app: OpenAPIHono, lines: () => Lines | undefined, gate: Gate): void {
  const desk = (): Lines => {
    const found = lines()
    if (found !== undefined) return found
    const fix = '"lines: { block: \'fd00:c::/32\' }" there, "node" of the devices and a restart'
    throw new ProblemError(problemOf(503, `vagus.yaml has no "lines"; ${fix} bring them`))
  }
  app.openAPIRegistry.registerPath(lineRoutes.quote)
  app.post('/v1/line-quotes', async (c) => {
    const lines = desk()
    return c.json(lines.quote(await bodyIn(c, lineRequestSchema, example)), 200)
  })
  app.openAPIRegistry.registerPath(lineRoutes.order)
  app.post('/v1/lines', async (c) => {
    const by = gate.allow(c, 'order', commands)
    const lines = desk()
    const key = c.req.header('idempotency-key')
    if (key !== undefined && !keyPattern.test(key))
      throw new ProblemError(problemOf(400, 'Idempotency-Key must be 1..128 printable characters without spaces'))
    const { type, line } = lines.order(await bodyIn(c, lineOrderSchema, example), key, by)
    c.header('location', `/v1/lines/${line.id}`)
    return c.json(line, type === 'ordered' ? 201 : 200)
  })
  app.openapi(lineRoutes.list, (c) => c.json(desk().list(c.req.valid('query')), 200))
  app.openapi(lineRoutes.show, (c) => {
    const { id } = c.req.valid('param')
    return c.json(found(id, desk().find(id)), 200)
  })
  app.openAPIRegistry.registerPath(lineRoutes.change)
  app.patch('/v1/lines/:id', async (c) => {
    const by = gate.allow(c, 'order', commands)
    const lines = desk()
    const id = c.req.param('id')
    const change = await bodyIn(c, lineChangeSchema, '{"bitsPerSecond": 30000000} or {"avoid": "core-1"}')
    return c.json(found(id, await patiently(c, () => lines.change(id, change, by))), 200)
  })
  app.openapi(lineRoutes.approve, async (c) => {
    const by = gate.allow(c, 'approve', commands)
    const lines = desk()
    const { id } = c.req.valid('param')
    return c.json(found(id, await patiently(c, () => lines.approve(id, by))), 200)
  })
  app.openapi(lineRoutes.release, async (c) => {
    const by = gate.allow(c, 'order', commands)
    const lines = desk()
    const { id } = c.req.valid('param')
    return c.json(found(id, await patiently(c, () => lines.release(id, by))), 200)
  })
}

/** @throws {ProblemError} where there is none */
function found<Resource>(id: string, resource: Resource | undefined): Resource {
  if (resource === undefined) throw new ProblemError(problemOf(404, `there is no line "${id}"; see /v1/lines`))
  return resource
}

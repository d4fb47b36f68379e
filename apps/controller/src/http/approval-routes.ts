/** The operator approves proposals, and takes approvals back. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { approvalRequestSchema } from '@vagus/api/steering'
import type { Steering } from './backend.ts'
import type { Gate } from './gate.ts'
import { bodyIn } from './json-body.ts'
import { named } from './named.ts'
import { patiently } from './patiently.ts'
import { problemContent } from './problem.ts'

/** What has the key. */
const commands = '"vagus proposal approve ID" or "vagus proposal undo ID"'
const path = '/v1/proposals/{id}/approval'
const params = z.object({ id: z.string().describe('such as transit-7') })
const problem = (description: string) => ({ description, content: problemContent })
const one = (description: string) => ({ description, content: { 'application/json': { schema: named.approval } } })
const common = {
  403: problem('without the operator’s key'),
  404: problem('there is none of that id; `detail` names some'),
  409: problem('not as things are, or an agent declined; `detail` says which, why, and what became of the rest'),
  503: problem('the controller has no agent, or that of a device is not connected or silent'),
}

const routes = {
  approve: createRoute({
    method: 'post',
    path,
    summary: 'The operator approves a proposal: all of it or nothing',
    description:
      'The agents of the devices are asked for the MEDs of the proposal (Congestion.MED). It is finished even if the ' +
      'client goes away. Only with the operator’s key, as a bearer token.',
    request: { params, body: { content: { 'application/json': { schema: approvalRequestSchema } } } },
    responses: { 200: one('in force; or possible, in a dry run'), 400: problem('the body is wrong'), ...common },
  }),
  end: createRoute({
    method: 'delete',
    path,
    summary: 'The operator takes an approval back before its time is over',
    description: 'Only with the operator’s key, as a bearer token.',
    request: { params },
    responses: { 200: one('ended; `because` names what could not be released yet'), ...common },
  }),
}

export function addApprovalRoutes(app: OpenAPIHono, steering: Steering, gate: Gate): void {
  app.openAPIRegistry.registerPath(routes.approve)
  app.post('/v1/proposals/:id/approval', async (c) => {
    const by = gate.allow(c, 'approve', commands)
    const id = c.req.param('id')
    const { seconds, dryRun } = await bodyIn(c, approvalRequestSchema, '{"seconds": 3600}; {} takes the defaults')
    return c.json(await patiently(c, () => steering.approve(id, { seconds, run: dryRun ? 'dry' : 'live' }, by)), 200)
  })
  app.openapi(routes.end, async (c) => {
    const by = gate.allow(c, 'undo', commands)
    const { id } = c.req.valid('param')
    return c.json(await patiently(c, () => steering.endApproval(id, by)), 200)
  })
}

/** Telemetry that the controller has, and requests that only one agent beside a router answers. @module */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { apiVersion } from '@vagus/api'
import type { Context } from 'hono'
import type { Backend } from './backend.ts'
import { ProblemError, problemOf } from './problem.ts'
import { routes } from './routes.ts'

/** GETs that go to the agent that `device` names as they are. */
const { agent, bgpPeers, bgpRoutes, bgpDiff, actuations } = routes
const passedOn = [agent, bgpPeers, bgpRoutes, bgpDiff, actuations] as const

export function addTelemetry(app: OpenAPIHono, backend: Backend): void {
  app.openapi(routes.telemetryLinks, (c) => c.json(backend.telemetryLinks(), 200))
  app.openapi(routes.commits, (c) => {
    const items = [...backend.commits()]
    return c.json({ apiVersion, kind: 'CommitNoticeList', now: new Date().toISOString(), items } as const, 200)
  })
  app.openapi(routes.telemetryTop, (c) => {
    const { device, view } = c.req.valid('query')
    const top = backend.telemetryTop(device, view)
    if (top === undefined) {
      checkDevice(backend, device)
      throw new ProblemError(problemOf(503, `no agent reports the traffic of ${device}`))
    }
    return c.json(top, 200)
  })
  // Sound: the agent answers with the schemas of @vagus/api, which its own tests check.
  for (const route of passedOn) app.openapi(route, (c) => passOn(c, backend) as Promise<never>)
}

/** @throws {ProblemError} where no device has that name: a device without an agent is another matter */
function checkDevice(backend: Backend, device: string): void {
  if (backend.config().devices.some(({ name }) => name === device)) return
  throw new ProblemError(problemOf(404, `there is no device "${device}"`))
}

async function passOn(c: Context, backend: Backend): Promise<Response> {
  const url = new URL(c.req.url)
  const device = url.searchParams.get('device') ?? '' // the query's schema asks for it
  checkDevice(backend, device)
  url.searchParams.delete('device')
  const answer = await backend.askAgent(device, `${url.pathname}${url.search}`)
  if ('problem' in answer) throw new ProblemError(problemOf(503, answer.problem))
  const type = answer.status >= 400 ? 'application/problem+json' : 'application/json'
  return c.newResponse(answer.body, answer.status as 200, { 'content-type': type })
}

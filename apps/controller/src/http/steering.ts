/** Borders and proposals, as they are read. @module */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Backend } from './backend.ts'
import { ProblemError, problemOf } from './problem.ts'
import { routes } from './routes.ts'
import { windowOf } from './window.ts'

export function addSteering(app: OpenAPIHono, backend: Backend): void {
  app.openapi(routes.borders, (c) => {
    const list = backend.steering.borders()
    if (list === undefined)
      throw new ProblemError(problemOf(503, 'borders are not watched: steering.enabled in vagus.yaml is false'))
    return c.json(list, 200)
  })
  app.openapi(routes.proposals, (c) => {
    const { state, last, n } = c.req.valid('query')
    return c.json(backend.steering.proposals({ state, last: windowOf(last), n }), 200)
  })
  app.openapi(routes.proposal, (c) => {
    const { id } = c.req.valid('param')
    const found = backend.steering.proposal(id)
    if (found === undefined) throw new ProblemError(problemOf(404, `there is no proposal "${id}"; see /v1/proposals`))
    return c.json(found, 200)
  })
}

/** The owner publishes the signed set of intents here; anybody who may read sees how they stand. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { maxIntentSetCharacters } from '@vagus/intent'
import type { Context } from 'hono'
import type { Intents } from './backend.ts'
import { named } from './named.ts'
import { problemContent, ProblemError, problemOf } from './problem.ts'
import { signedBody } from './signed-body.ts'
import { sourceOf } from './source-of.ts'

/** As long as a set may be, and some more for the answer to one that is longer. */
const maxBodyOctets = maxIntentSetCharacters + 4096
const noQuery = { query: z.strictObject({}) }
const problem = (description: string) => ({ description, content: problemContent })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const jose = { 'application/jose': { schema: z.string().describe('the signed set, a compact JWS') } }
const nobodys = { 404: problem('there is none, or vagus.yaml has no "intents"; `detail` says which') }
const common = { 400: problem('the request is wrong; `errors` says what would be right'), ...nobodys }

export const intentRoutes = {
  list: createRoute({
    method: 'get',
    path: '/v1/intents',
    summary: 'What the operator wants, how each intent stands, and which devices have the set',
    description: 'Where the request accepts application/jose and not application/json: the signed set.',
    request: noQuery,
    responses: { 200: json(named.intentList, 'the set in force, by name'), ...common },
  }),
  show: createRoute({
    method: 'get',
    path: '/v1/intents/{name}',
    summary: 'One intent, with what each device makes of it',
    request: { params: z.object({ name: z.string().describe('of the intent') }), ...noQuery },
    responses: { 200: json(named.intent, 'the intent'), ...common },
  }),
  places: createRoute({
    method: 'get',
    path: '/v1/intent-places',
    summary: 'What names in intents stand for here',
    request: noQuery,
    responses: { 200: json(named.intentPlaces, 'devices, sites, links and borders'), ...common },
  }),
  publish: createRoute({
    method: 'put',
    path: '/v1/intents',
    summary: 'The owner publishes its intents',
    description:
      'The set must verify, be of the owner that "intents" in vagus.yaml names, and follow the one known. Its signature is ' +
      'what lets it in, whoever brings it.',
    request: { body: { content: jose } },
    responses: {
      200: json(named.intentList, 'a newer set, or the one that is here already'),
      201: json(named.intentList, 'the first set of that owner'),
      400: problem('the set is not believed; `detail` says why'),
      409: problem('it is not newer than the one that is here, or has another history'),
      429: problem('too many sets from that address were not believed; Retry-After says when to come back'),
      503: problem('as many owners have sets as may, or the disk of the controller is full'),
      ...nobodys,
    },
  }),
}

export function addIntentRoutes(app: OpenAPIHono, intents: Intents): void {
  app.openapi(intentRoutes.list, (c) => {
    if (!wantsJose(c)) return c.json(intents.list(), 200)
    c.header('vary', 'accept')
    const signed = intents.signed()
    if (signed === undefined) throw new ProblemError(problemOf(404, 'no set of intents is known yet'))
    return c.body(signed, 200, { 'content-type': 'application/jose' }) as never // OpenAPI has one type for each status
  })
  app.openapi(intentRoutes.show, (c) => {
    const { name } = c.req.valid('param')
    const found = intents.find(name)
    if (found === undefined)
      throw new ProblemError(problemOf(404, `there is no intent "${name.slice(0, 64)}"; see /v1/intents`))
    return c.json(found, 200)
  })
  app.openapi(intentRoutes.places, (c) => c.json(intents.places(), 200))
  app.openapi(intentRoutes.publish, async (c) => {
    const published = intents.publish(await signedBody(c, 'a set of intents', maxBodyOctets), sourceOf(c))
    if ('list' in published) return c.json(published.list, published.type === 'added' ? 201 : 200)
    if (published.type === 'full') throw new ProblemError(problemOf(503, 'as many owners have sets here as may'))
    if (published.type === 'tiresome') {
      const seconds = Math.ceil(published.milliseconds / 1000)
      c.header('retry-after', String(seconds))
      throw new ProblemError(
        problemOf(429, `too many sets from your address were not believed; try again in ${seconds} s`),
      )
    }
    const { code, problem } = published.because
    throw new ProblemError(problemOf(code === 'rollback' ? 409 : 400, `${problem} (${code})`))
  })
}

function wantsJose(c: Context): boolean {
  const accept = c.req.header('accept') ?? ''
  return accept.includes('application/jose') && !accept.includes('application/json')
}

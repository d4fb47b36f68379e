/** Owners publish the signed rosters of their fleets here; side-cars wait here for the next one. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type Problem, rosterQuerySchema } from '@vagus/api'
import type { Context } from 'hono'
import type { Rosters, Unpublishable } from './backend.ts'
import type { Gate } from './gate.ts'
import { named } from './named.ts'
import { patiently } from './patiently.ts'
import { answerProblem, problemContent, ProblemError, problemOf, unknownRosterProblem } from './problem.ts'
import { signedBody } from './signed-body.ts'
import { socketOf } from './socket-of.ts'
import { sourceOf } from './source-of.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** As long as a roster may be, and some more for the answer to one that is longer. */
const maxBodyOctets = 1_114_112
/** Seconds until one who finds no room to wait should come back. */
const comeBackAfter = 5
const owner = z.object({
  owner: z.string().describe('id of the owner, or its name in access.owners of vagus.yaml or in its roster'),
})
const jose = { 'application/jose': { schema: z.string().describe('the signed roster, a compact JWS') } }
const problem = (description: string) => ({ description, content: problemContent })
const one = (description: string) => ({ description, content: { 'application/json': { schema: named.roster } } })

export const rosterRoutes = {
  list: createRoute({
    method: 'get',
    path: '/v1/rosters',
    summary: 'Fleets whose rosters are here',
    request: { query: z.strictObject({}) },
    responses: {
      200: { description: 'by name', content: { 'application/json': { schema: named.rosterList } } },
      400: problem('there are no parameters'),
    },
  }),
  show: createRoute({
    method: 'get',
    path: '/v1/rosters/{owner}',
    summary: 'The newest roster of an owner, or the next one as soon as there is one',
    description: 'The signed roster; what stands in it where the request accepts application/json.',
    request: { params: owner, query: rosterQuerySchema },
    responses: {
      200: { description: 'the roster', content: { ...jose, 'application/json': { schema: named.roster } } },
      204: { description: 'none is later than `after` and `rotations`, also after `wait` seconds' },
      400: problem('the query is wrong; `errors` says what would be right'),
      404: problem('there is none of that owner, also after `wait` seconds'),
      503: problem('as many wait as may; Retry-After says when to come back'),
    },
  }),
  publish: createRoute({
    method: 'put',
    path: '/v1/rosters/{owner}',
    summary: 'An owner publishes its roster',
    description:
      'The roster must verify, be of that owner, and be newer than the one known. The owner is one of access.owners in ' +
      'vagus.yaml; with the operator’s key, as a bearer token, it may be any.',
    request: { params: owner, body: { content: jose } },
    responses: {
      200: one('a newer roster, or the one that is here already'),
      201: one('the first roster of that owner'),
      400: problem('the roster is not believed; `detail` says why'),
      403: problem('the owner is none of access.owners, and the operator’s key is not shown'),
      404: problem('neither an id nor a name of access.owners'),
      409: problem('it is not newer than the one that is here, or has another history'),
      429: problem('too many rosters from that address were not believed; Retry-After says when to come back'),
      503: problem('as many owners have rosters as may, or the disk of the controller is full'),
    },
  }),
  forget: createRoute({
    method: 'delete',
    path: '/v1/rosters/{owner}',
    summary: 'The operator takes a roster away',
    description:
      'Side-cars that know it keep to it. Its owner may publish it again. Only with the operator’s key, as a bearer token.',
    request: { params: owner },
    responses: {
      200: one('the roster that was taken away'),
      403: problem('without the operator’s key'),
      404: problem('there is none of that owner'),
    },
  }),
}

export interface RosterRoutesOptions {
  readonly gate: Gate
  readonly waitingRoom: WaitingRoom
  /** Ends waiting. */
  readonly signal: AbortSignal
}

export function addRosterRoutes(
  app: OpenAPIHono,
  rosters: Rosters,
  { gate, waitingRoom, signal }: RosterRoutesOptions,
): void {
  app.openapi(rosterRoutes.list, (c) => c.json(rosters.all(), 200))
  app.openapi(rosterRoutes.show, async (c) => {
    const { owner } = c.req.valid('param')
    const { after, rotations, wait } = c.req.valid('query')
    const patience = c.req.method === 'HEAD' ? 0 : wait * 1000
    // What is here already needs no room: else whoever fills it would keep a quarantine from all others.
    const isFull = patience > 0 && waitingRoom.enter(socketOf(c)) === 'full'
    const query = { after, rotations, milliseconds: isFull ? 0 : patience, leave: [signal, c.req.raw.signal] }
    const found = await patiently(c, () => rosters.newest(owner, query))
    if (isFull && !('jws' in found)) return fullRoom(c, waitingRoom.limit)
    if (found.type === 'unknown') throw new ProblemError(unknownRosterProblem(owner))
    if (!('jws' in found)) return c.body(null, 204)
    c.header('vary', 'accept')
    if (wantsJson(c)) return c.json(rosters.find(owner)!, 200) // it was there this moment
    return c.body(found.jws, 200, { 'content-type': 'application/jose' })
  })
  app.openapi(rosterRoutes.publish, async (c) => {
    const { owner } = c.req.valid('param')
    const by = gate.has(c, 'roster') ? 'operator' : { source: sourceOf(c) }
    const published = rosters.publish(owner, await signedBody(c, 'a roster', maxBodyOctets), by)
    if ('roster' in published) return c.json(published.roster, published.type === 'added' ? 201 : 200)
    if (published.type === 'tiresome') {
      const seconds = Math.ceil(published.milliseconds / 1000)
      c.header('retry-after', String(seconds))
      throw new ProblemError(
        problemOf(429, `too many rosters from your address were not believed; try again in ${seconds} s`),
      )
    }
    throw new ProblemError(problemOfUnpublished(owner, published))
  })
  app.openapi(rosterRoutes.forget, (c) => {
    const { owner } = c.req.valid('param')
    const by = gate.allow(c, 'roster', commands)
    const roster = rosters.forget(owner, by)
    if (roster === undefined) throw new ProblemError(unknownRosterProblem(owner))
    return c.json(roster, 200)
  })
}

/** Only who names it: the default is what is signed. */
function wantsJson(c: Context): boolean {
  const accept = c.req.header('accept') ?? ''
  return accept.includes('application/json') && !accept.includes('application/jose')
}

function fullRoom(c: Context, limit: number): Response {
  const answer = answerProblem(c, problemOf(503, `${limit} wait already; ask again in ${comeBackAfter} s`))
  answer.headers.set('retry-after', String(comeBackAfter))
  return answer
}

/** What has operator.key. */
const commands = '"vagus roster forget OWNER"'

function problemOfUnpublished(owner: string, unpublished: Exclude<Unpublishable, { type: 'tiresome' }>): Problem {
  if (unpublished.type === 'unknown')
    return problemOf(404, `"${owner.slice(0, 128)}" is neither an id (did:key:z6Mk…) nor a name of access.owners`)
  if (unpublished.type === 'stranger')
    return problemOf(
      403,
      `${owner} is none of access.owners in vagus.yaml of this controller: add it there (its operator), or publish with the key in operator.key in the home of the controller`,
    )
  if (unpublished.type === 'full') return problemOf(503, 'as many owners have rosters here as may')
  const { code, problem } = unpublished.because
  return problemOf(code === 'rollback' ? 409 : 400, `${problem} (${code})`)
}

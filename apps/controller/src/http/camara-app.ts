/**
 * The CAMARA APIs quality-on-demand and qos-profiles, an application of its own: they have other errors, another correlation of
 * requests and stricter bodies than the rest of our API. Nothing is answered without a token.
 * @module
 */
import {
  correlatorPattern,
  createSessionSchema,
  extendSessionSchema,
  profileNamePattern,
  profilesPath,
  qodPath,
  retrieveProfilesSchema,
  retrieveSessionsSchema,
} from '@vagus/api/camara'
import type { z } from '@hono/zod-openapi'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { Camara } from '../camara/camara.ts'
import { CamaraError, camaraErrorOf, errorInfo, invalidBody } from '../camara/camara-error.ts'
import { profileResource } from '../camara/qos-profiles.ts'
import type { Consumer } from '../camara/session-desk.ts'
import { isFromOperator } from './operator-key.ts'
import { patiently } from './patiently.ts'

export interface CamaraAppOptions {
  /** Undefined where the configuration has none. */
  readonly camara: () => Camara | undefined
  /** What the operator shows; without it nobody is the operator. */
  readonly operatorKey: string | undefined
  /** Called for internal errors. */
  readonly onError: (error: Error) => void
}

interface Environment {
  readonly Variables: { readonly camara: Camara; readonly consumer: Consumer }
}
type Asked = Context<Environment>

/** Octets of a body: more than a request has, with its token for a sink. */
const maxBodyOctets = 65_536
const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

export const isCamaraPath = (path: string): boolean =>
  [qodPath, profilesPath].some((base) => path === base || path.startsWith(`${base}/`))

export function camaraApp(options: CamaraAppOptions): Hono<Environment> {
  const app = new Hono<Environment>()
  app.use(correlated)
  app.use(known(options))
  addSessions(app)
  addProfiles(app)
  app.notFound((c) => refusal(c, wrongPlace(c)))
  app.onError((error, c) => {
    const told = camaraErrorOf(error)
    if (told === undefined) options.onError(error)
    return refusal(c, told ?? new CamaraError('INTERNAL', 'the controller failed to answer; its log says why'))
  })
  return app
}

function addSessions(app: Hono<Environment>): void {
  app.post(`${qodPath}/sessions`, async (c) => {
    const request = await bodyIn(c, createSessionSchema)
    return c.json(c.var.camara.sessions.create(c.var.consumer, request), 201)
  })
  app.get(`${qodPath}/sessions/:id`, (c) => c.json(c.var.camara.sessions.find(c.var.consumer, idIn(c)), 200))
  app.delete(`${qodPath}/sessions/:id`, (c) => {
    c.var.camara.sessions.delete(c.var.consumer, idIn(c))
    return c.body(null, 204)
  })
  app.post(`${qodPath}/sessions/:id/extend`, async (c) => {
    const id = idIn(c)
    const { requestedAdditionalDuration: seconds } = await bodyIn(c, extendSessionSchema)
    return c.json(await patiently(c, () => c.var.camara.sessions.extend(c.var.consumer, id, seconds)), 200)
  })
  app.post(`${qodPath}/retrieve-sessions`, async (c) => {
    const { device } = await bodyIn(c, retrieveSessionsSchema)
    return c.json(c.var.camara.sessions.retrieve(c.var.consumer, device), 200)
  })
}

function addProfiles(app: Hono<Environment>): void {
  app.get(`${profilesPath}/qos-profiles/:name`, (c) => {
    const name = c.req.param('name')
    if (!profileNamePattern.test(name))
      throw new CamaraError(
        'INVALID_ARGUMENT',
        `"${name}" is no name of a profile: 3..256 of a-z, A-Z, 0-9, "_", "." and "-"`,
      )
    const found = c.var.camara.profiles.find((one) => one.name === name)
    if (found === undefined) throw new CamaraError('NOT_FOUND', `there is no profile "${name}"`)
    return c.json(profileResource(found), 200)
  })
  app.post(`${profilesPath}/retrieve-qos-profiles`, async (c) => {
    const { device, name, status } = await bodyIn(c, retrieveProfilesSchema)
    // At any site of ours all of them can be asked for; whether there is room is said when one is.
    if (device !== undefined) c.var.camara.places.device(device)
    const found = c.var.camara.profiles.filter(
      (one) => (name === undefined || one.name === name) && (status === undefined || one.status === status),
    )
    return c.json(found.map(profileResource), 200)
  })
}

/** What came as `x-correlator` goes back with each answer. */
const correlated: MiddlewareHandler<Environment> = async (c, next) => {
  const correlator = c.req.header('x-correlator')
  const isWrong = correlator !== undefined && !correlatorPattern.test(correlator)
  if (isWrong)
    return refusal(
      c,
      new CamaraError('INVALID_ARGUMENT', 'x-correlator must be up to 256 of a-z, A-Z, 0-9 and -_:;./<>{}'),
    )
  await next()
  c.res.headers.set('cache-control', 'no-store')
  if (correlator !== undefined) c.res.headers.set('x-correlator', correlator)
  return undefined
}

/** Only whom the operator knows. */
const known =
  ({ camara, operatorKey }: CamaraAppOptions): MiddlewareHandler<Environment> =>
  async (c, next) => {
    const found = camara()
    if (found === undefined)
      throw new CamaraError(
        'UNAVAILABLE',
        'vagus.yaml has no "camara"; its profiles there, and a restart, bring these APIs',
      )
    const [, token] = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    const consumer = isFromOperator(c, operatorKey) ? null : token && found.consumerOf(token)
    if (consumer === undefined) {
      const answer = refusal(
        c,
        new CamaraError(
          'UNAUTHENTICATED',
          'send the token of one of camara.consumers in vagus.yaml as Authorization: Bearer',
        ),
      )
      answer.headers.set('www-authenticate', 'Bearer')
      return answer
    }
    c.set('camara', found)
    c.set('consumer', consumer)
    return next()
  }

function refusal(c: Context<Environment>, error: CamaraError): Response {
  const info = errorInfo(error)
  return c.json(info, info.status)
}

function wrongPlace(c: Context<Environment>): CamaraError {
  const { path, method } = c.req
  const allowed = methodsAt(path)
  return allowed === undefined
    ? new CamaraError('NOT_FOUND', `there is no ${path}`)
    : new CamaraError('METHOD_NOT_ALLOWED', `${method} is not known here; there is ${allowed}`)
}

function methodsAt(path: string): string | undefined {
  const at = [
    [/^\/quality-on-demand\/v1\/(sessions|retrieve-sessions|sessions\/[^/]+\/extend)$/, 'POST'],
    [/^\/quality-on-demand\/v1\/sessions\/[^/]+$/, 'GET and DELETE'],
    [/^\/qos-profiles\/v1\/qos-profiles\/[^/]+$/, 'GET'],
    [/^\/qos-profiles\/v1\/retrieve-qos-profiles$/, 'POST'],
  ] as const
  return at.find(([pattern]) => pattern.test(path))?.[1]
}

function idIn(c: Asked): string {
  const id = c.req.param('id') ?? ''
  if (uuidPattern.test(id)) return id.toLowerCase()
  throw new CamaraError('INVALID_ARGUMENT', 'sessionId must be a UUID, as it was answered to the creation')
}

/** @throws {CamaraError} INVALID_ARGUMENT that names what is wrong */
async function bodyIn<Schema extends z.ZodType>(c: Asked, schema: Schema): Promise<z.output<Schema>> {
  const length = Number(c.req.header('content-length') ?? Infinity)
  if (length > maxBodyOctets)
    throw new CamaraError('INVALID_ARGUMENT', `send a body of at most ${maxBodyOctets} octets, with Content-Length`)
  const body = jsonIn(await c.req.text())
  const read = schema.safeParse(body)
  if (read.success) return read.data
  throw invalidBody(read.error.issues, body)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new CamaraError('INVALID_ARGUMENT', 'the body must be JSON')
  }
}

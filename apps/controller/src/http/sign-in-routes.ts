/** Signing in and out, and who one is. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiVersion } from '@vagus/api'
import { type DeviceSignIn, deviceSignInSchema, meSchema, signOutSchema } from '@vagus/api/operators'
import { bearerOf, type Person, personText, type Refusal } from '@vagus/bearer'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Waiting } from '../operators/device-sign-in.ts'
import type { Operators } from '../operators/operators.ts'
import { type Gate, sessionCookie } from './gate.ts'
import { problemContent, ProblemError, problemOf } from './problem.ts'
import { signInPage } from './sign-in-page.ts'
import { sourceOf } from './source-of.ts'

const problem = (description: string) => ({ description, content: problemContent })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const signedOut = { 401: problem('nobody that is known; sign in') }
const noIssuer = { 503: problem('vagus.yaml names no issuer, or it does not answer; `detail` says which') }

const routes = {
  me: createRoute({
    method: 'get',
    path: '/v1/me',
    summary: 'Who asks, and what that may do',
    request: { query: z.strictObject({}) },
    responses: { 200: json(meSchema, 'who asks'), ...signedOut },
  }),
  signIn: createRoute({
    method: 'get',
    path: '/v1/sign-in',
    summary: 'Sends a browser to the issuer to sign in',
    request: {
      query: z.object({
        view: z.string().optional().describe('what the console has behind the #, where the browser comes back to'),
        prompt: z.literal('login').optional().describe('to be asked who one is, also where one is signed in'),
      }),
    },
    responses: { 303: { description: 'to the issuer' }, 503: { description: 'a page that says why not' } },
  }),
  answer: createRoute({
    method: 'get',
    path: '/v1/sign-in/answer',
    summary: 'Where the issuer sends the browser back to',
    responses: {
      303: { description: 'signed in: to the console' },
      403: { description: 'a page that says why not' },
      503: { description: 'a page that says why not' },
    },
  }),
  signOut: createRoute({
    method: 'post',
    path: '/v1/sign-out',
    summary: 'Ends the session that asks',
    responses: { 200: json(signOutSchema, 'it has ended'), ...signedOut },
  }),
  beginDevice: createRoute({
    method: 'post',
    path: '/v1/device-sign-ins',
    summary: 'Begins to sign in for a program without a browser (RFC 8628)',
    responses: {
      200: json(deviceSignInSchema, 'where the person types which code'),
      429: problem('too many wait'),
      ...noIssuer,
    },
  }),
  askDevice: createRoute({
    method: 'post',
    path: '/v1/device-sign-ins/{id}',
    summary: 'Whether the person has signed in',
    request: { params: z.object({ id: z.string() }) },
    responses: {
      200: json(deviceSignInSchema, 'it waits, or has the token of a session, which is told once'),
      403: problem('who signed in has no role here'),
      404: problem('the code is over, or was refused'),
      ...noIssuer,
    },
  }),
}

const nobodySignsIn = 'nobody signs in here: vagus.yaml has no operators.issuer; use a token of "vagus token new"'
const noRole = (name: string): string =>
  `${name} has no role here: operators.roles in vagus.yaml of the controller must name a group, the address or the subject`

export function addSignInRoutes(
  app: OpenAPIHono,
  gate: Gate,
  { operators, now }: { readonly operators?: Operators | undefined; readonly now: () => number },
): void {
  app.openapi(routes.me, (c) => c.json({ apiVersion, kind: 'Me', ...gate.me(c) } as const, 200))
  app.openAPIRegistry.registerPath(routes.signIn)
  app.get('/v1/sign-in', async (c) => {
    const { browser } = operators ?? {}
    if (operators === undefined || browser === undefined) return signInPage(c, 503, nobodySignsIn)
    const { view, prompt } = c.req.query()
    const who = prompt === 'login' ? 'another' : 'anybody'
    const begun = await browser.begin({ view, who, cookie: getCookie(c, sessionCookie(operators, 'sign-in')) }, now())
    if ('refused' in begun)
      return signInPage(c, 503, begun.detail, { text: 'Try again', href: retry('sign-in', view ?? '', who) })
    keepSignIns(c, operators, begun.cookie)
    return c.redirect(begun.location, 303)
  })
  app.openAPIRegistry.registerPath(routes.answer)
  app.get('/v1/sign-in/answer', async (c) => {
    const { browser } = operators ?? {}
    if (operators === undefined || browser === undefined) return signInPage(c, 503, nobodySignsIn)
    const kept = sessionCookie(operators, 'sign-in')
    const { state, code, error, iss } = c.req.query()
    const found = await browser.finish({ state, code, error, iss }, getCookie(c, kept), sourceOf(c), now())
    if (found.cookie === undefined) deleteCookie(c, kept, cookie(operators))
    else keepSignIns(c, operators, found.cookie)
    if ('refused' in found)
      return signInPage(c, found.refused === 'unavailable' ? 503 : 403, found.detail, {
        text: 'Sign in again',
        href: retry('answer', found.view),
      })
    const begun = operators.begin(found.person, 'cookie', now())
    // Who is signed in at the issuer would come back as the same person at once.
    if (begun === undefined)
      return signInPage(c, 403, noRole(nameOf(found)), {
        text: 'Sign in as somebody else',
        href: retry('answer', found.view, 'another'),
      })
    const before = getCookie(c, sessionCookie(operators))
    if (before !== undefined) operators.end(before)
    setCookie(c, sessionCookie(operators), begun.secret, { ...cookie(operators), sameSite: 'Strict' })
    return landed(c, operators, found.view)
  })
  app.openapi(routes.signOut, async (c) => {
    const bearer = bearerOf(c.req.header('authorization'))
    const secret = bearer ?? (operators && getCookie(c, sessionCookie(operators)))
    if (secret !== undefined) operators?.end(secret)
    if (operators !== undefined && bearer === undefined) deleteCookie(c, sessionCookie(operators), cookie(operators))
    const issuer = bearer === undefined ? ((await operators?.endAtIssuer(now())) ?? null) : null
    return c.json({ apiVersion, kind: 'SignOut', issuer } as const, 200)
  })
  app.openapi(routes.beginDevice, async (c) => {
    const { device } = operators ?? {}
    if (device === undefined) throw new ProblemError(problemOf(503, nobodySignsIn))
    const begun = await device.begin(sourceOf(c), now())
    if (begun === 'full')
      throw new ProblemError(problemOf(429, 'too many sign-ins wait; finish one, or try again later'))
    if ('refused' in begun) throw unavailable(begun)
    return c.json(waitingResource(begun), 200)
  })
  app.openapi(routes.askDevice, async (c) => {
    const { device } = operators ?? {}
    if (operators === undefined || device === undefined) throw new ProblemError(problemOf(503, nobodySignsIn))
    const { id } = c.req.valid('param')
    const found = await device.ask(id, now())
    if (found === 'unknown') throw new ProblemError(problemOf(404, 'this sign-in is over or was refused; begin again'))
    if ('refused' in found) throw unavailable(found)
    if ('userCode' in found) return c.json(waitingResource(found), 200)
    const begun = operators.begin(found.person, 'bearer', now())
    if (begun === undefined) throw new ProblemError(problemOf(403, noRole(nameOf(found))))
    const { actor, roles, until = now() } = begun.caller
    const done = {
      state: 'signed-in',
      id,
      userCode: '',
      verificationUri: '',
      verificationUriComplete: null,
      every: 0,
    } as const
    const session = { until: new Date(until).toISOString(), token: begun.secret, name: actor.name, roles: [...roles] }
    return c.json({ apiVersion, kind: 'DeviceSignIn', ...done, ...session } as const, 200)
  })
}

const cookie = (operators: Operators) =>
  ({ path: '/', httpOnly: true, secure: operators.url?.protocol !== 'http:' }) as const

/** Lax: the answer of the issuer is a navigation from another site. */
const keepSignIns = (c: Context, operators: Operators, sealed: string): void =>
  setCookie(c, sessionCookie(operators, 'sign-in'), sealed, { ...cookie(operators), sameSite: 'Lax', maxAge: 600 })

const nameOf = ({ person }: { readonly person: Person }): string => personText(person)
const unavailable = ({ refused, detail }: Refusal): ProblemError =>
  new ProblemError(problemOf(refused === 'unavailable' ? 503 : 403, detail))

const waitingResource = (waiting: Waiting): DeviceSignIn => ({
  apiVersion,
  kind: 'DeviceSignIn',
  state: 'waiting',
  id: waiting.id,
  userCode: waiting.userCode,
  verificationUri: waiting.verificationUri,
  verificationUriComplete: waiting.verificationUriComplete ?? null,
  every: waiting.every,
  until: new Date(waiting.until).toISOString(),
  token: null,
  name: null,
  roles: [],
})

/** Always the console: of what the request names only a view of it comes after the #, so that there is no open redirect. */
const landed = (c: Context, { url }: Operators, view: string): Response =>
  c.redirect(`${url?.href.replace(/\/?$/, '/') ?? '/'}${view === '' ? '' : `#${view}`}`, 303)

/** Where signing in begins once more, from the address of `from`. */
function retry(from: 'sign-in' | 'answer', view: string, who: 'anybody' | 'another' = 'anybody'): string {
  const query = new URLSearchParams({ ...(view && { view }), ...(who === 'another' && { prompt: 'login' }) })
  return `${from === 'sign-in' ? '' : '../'}sign-in${query.size === 0 ? '' : `?${String(query)}`}`
}

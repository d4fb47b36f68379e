/**
 * Who may do what over HTTP. Without `operators` in vagus.yaml everybody reads, and operator.key changes. With them every request
 * needs a role, but for those that have proofs of their own: what agents and owners sign, and what side-cars look up by it.
 * @module
 */
import { type Actor, operator } from '@vagus/api/actor'
import { type Me, mayDo, mayNotText, type Right, rights } from '@vagus/api/operators'
import { roleNeeded, signInNeeded } from '@vagus/api/problem-types'
import { bearerOf, challengeOf } from '@vagus/bearer'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Caller, Operators } from '../operators/operators.ts'
import { isFromOperator, refuseStranger } from './operator-key.ts'
import { answerProblem, ProblemError, problemOf } from './problem.ts'

/** What needs no role. Everything else below /v1, and /mcp and /metrics, does; the page and its files have nothing to hide. */
const openToAll: readonly (readonly [methods: readonly string[], path: RegExp])[] = [
  // Signed documents and reports of agents, rosters and intents of owners: the signature is the proof.
  [['PUT'], /^\/v1\/agents\/[^/]+(\/sessions)?$/],
  [['PUT'], /^\/v1\/rosters\/[^/]+$/],
  [['PUT'], /^\/v1\/intents$/],
  // What side-cars look up and wait for. It is signed, too, and each side-car believes its own roster only.
  [['GET', 'HEAD'], /^\/v1\/agents(\/[^/]+|\?(.*&)?(skill|role)=.+)$/],
  [['GET', 'HEAD'], /^\/v1\/rosters\/[^/]+$/],
  [['GET', 'HEAD'], /^\/v1\/sign-in(\/answer)?$/],
  [['POST'], /^\/v1\/device-sign-ins(\/[^/]+)?$/],
]
const guarded = /^\/(v1(\/|$)|mcp$|metrics$)/
/** Of the list of agents only what somebody with a skill or role asks for: all of it is for people. */
function isOpen({ req: { method, path, url } }: Context): boolean {
  const whole = path === '/v1/agents' ? path + new URL(url).search : path
  return openToAll.some(([methods, pattern]) => methods.includes(method) && pattern.test(whole))
}
const safe: readonly string[] = ['GET', 'HEAD']

/** Of requests that this process asks itself, such as for AI agents whose policies it has checked; no socket gives it. */
export interface InProcess {
  readonly inProcess: true
}
const isInProcess = (c: Context): boolean => (c.env as Partial<InProcess> | undefined)?.inProcess === true

export class Gate {
  readonly #operatorKey: string | undefined
  readonly #operators: Operators | undefined
  readonly #now: () => number
  /** Of requests that were let in. */
  readonly #callers = new WeakMap<Request, Caller>()

  constructor(operatorKey: string | undefined, operators: Operators | undefined, now: () => number) {
    this.#operatorKey = operatorKey
    this.#operators = operators
    this.#now = now
  }

  /** Lets in who may read, and whoever needs no role. */
  readonly readers: MiddlewareHandler = async (c, next) => {
    if (this.#operators === undefined || isInProcess(c) || !guarded.test(c.req.path)) return next()
    if (isOpen(c)) return next()
    const found = this.#identify(c, this.#operators)
    if (found instanceof Response) return found
    if (!mayDo(found.roles, 'read')) return this.#without(c, found, 'read')
    this.#callers.set(c.req.raw, found)
    return next()
  }

  /**
   * Who asks for a change, as the record names it. @param commands that have operator.key, for people
   * @throws {ProblemError} 403
   */
  allow(c: Context, right: Right, commands: string): Actor {
    if (this.#operators === undefined) {
      refuseStranger(c, this.#operatorKey, commands)
      return operator
    }
    const caller = this.#callers.get(c.req.raw)
    if (caller !== undefined && mayDo(caller.roles, right)) return caller.actor
    throw new ProblemError({ ...problemOf(403, mayNotText(caller?.roles ?? [], right)), type: roleNeeded })
  }

  /** Whether who asks has a right, on requests that need none. */
  has(c: Context, right: Right): boolean {
    if (this.#operators === undefined) return isFromOperator(c, this.#operatorKey)
    const found = this.#identify(c, this.#operators)
    return !(found instanceof Response) && mayDo(found.roles, right)
  }

  /** Whether what let the request in still holds: a stream must not outlive it. */
  holds(c: Context): () => boolean {
    const caller = this.#callers.get(c.req.raw)
    return () => caller?.holds(this.#now()) ?? true
  }

  /** Who asks, for the page and `vagus whoami`. */
  me(c: Context): Omit<Me, 'apiVersion' | 'kind'> {
    const caller = this.#callers.get(c.req.raw)
    if (caller === undefined)
      return { name: 'everybody', how: 'open', roles: [], rights: ['read'], until: null, csrf: null }
    const { actor, how, roles, until, csrf = null } = caller
    return {
      name: actor.name ?? 'operator',
      how,
      roles: [...roles],
      rights: (Object.keys(rights) as Right[]).filter((right) => mayDo(roles, right)),
      until: until === undefined ? null : new Date(until).toISOString(),
      csrf,
    }
  }

  #identify(c: Context, operators: Operators): Caller | Response {
    const header = c.req.header('authorization')
    if (header !== undefined) {
      const token = bearerOf(header)
      const caller = token === undefined ? undefined : operators.byBearer(token, this.#now())
      return caller ?? unknown(c, 'shown')
    }
    const secret = getCookie(c, sessionCookie(operators))
    const caller = secret === undefined ? undefined : operators.byCookie(secret, this.#now())
    if (caller === undefined) return unknown(c, 'nothing')
    if (safe.includes(c.req.method) || isOfOwnPage(c, caller, operators)) return caller
    const fix = 'a page sends the "csrf" of /v1/me in the header vagus-csrf; a script uses a token'
    return answerProblem(c, problemOf(403, `a change with a cookie must come from our own page: ${fix}`))
  }

  #without(c: Context, { roles }: Caller, right: Right): Response {
    return answerProblem(c, { ...problemOf(403, mayNotText(roles, right)), type: roleNeeded })
  }
}

/**
 * Cookies are of a host, not of a port: two controllers of one host keep apart. `__Host-` (RFC 6265bis): no other host, no path and
 * nobody in clear can have set it.
 */
export function sessionCookie({ url }: Pick<Operators, 'url'>, what: 'session' | 'sign-in' = 'session'): string {
  const name = what === 'session' ? 'vagus' : 'vagus-sign-in'
  const port = url === undefined || url.port === '' ? '' : `-${url.port}`
  return `${url?.protocol === 'http:' ? '' : '__Host-'}${name}${port}`
}

/** Nobody else knows the text, and a browser tells where the page is from. */
function isOfOwnPage(c: Context, { csrf }: Caller, { url }: Operators): boolean {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  if (site !== undefined && site !== 'same-origin') return false
  if (origin !== undefined && origin !== url?.origin) return false
  return csrf !== undefined && c.req.header('vagus-csrf') === csrf
}

function unknown(c: Context, what: 'shown' | 'nothing'): Response {
  const how =
    'sign in: /v1/sign-in with a browser, "vagus login", or a token of "vagus token new" on the host of the controller'
  const detail = what === 'shown' ? `this token is not known, was taken back or is over; ${how}` : how
  const answer = answerProblem(c, { ...problemOf(401, detail), type: signInNeeded })
  const error = what === 'shown' ? ({ error: 'invalid_token' } as const) : {}
  answer.headers.set('www-authenticate', challengeOf({ realm: 'vagus', ...error }))
  return answer
}

/**
 * Asks a controller, over TCP, TLS or its Unix socket (node:http does the last; `fetch` does not).
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { Problem } from '@vagus/api'
import type { ControllerAddress } from './address.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Credential } from './login/credential.ts'

const { request } = process.getBuiltinModule('node:http')

/** A resource of the API; the kinds are those of @vagus/api. */
export interface Resource {
  readonly apiVersion: string
  readonly kind: string
}

type Query = Readonly<Record<string, string | number | undefined>>

export interface Client {
  readonly address: ControllerAddress
  /**
   * `GET path`, which must answer with a resource of the given kind.
   * @throws {Failure} unreachable, denied, timeout, usage (the controller refused the question) or failed.
   */
  get<R extends Resource>(kind: R['kind'], path: string, query?: Query): Promise<R>
  /** `POST`, `PUT` or `PATCH` with a body, or `DELETE`; otherwise as `get`. */
  change<R extends Resource>(kind: R['kind'], change: Change): Promise<R>
  /** `GET path` for an answer that is not a resource, unchanged. @throws {Failure} as `get`. */
  getPlain<T>(path: string): Promise<T>
  /** `GET path` for something signed (application/jose). @throws {Failure} as `get`. */
  getSigned(path: string): Promise<string>
  /** A file as it arrives; its first octet may take up to `exportWithinMilliseconds`. @throws {Failure} as `get`. */
  download(path: string, query: Query): Promise<IncomingMessage>
  /** The answer to a POST that lasts until it is closed. @throws {Failure} as `get`. */
  hold(path: string, query: Query, bearer: string): Promise<IncomingMessage>
  /** An open `text/event-stream`. @throws {Failure} as `get`. */
  open(path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage>
}

/** How a request differs from a GET with the usual time limit. */
interface Sending {
  readonly method?: string
  readonly body?: object | string | undefined
  /** Milliseconds. */
  readonly timeout?: number
}

interface Change {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Query
  /** JSON; a text is a compact JWS. */
  readonly body?: object | string
  /** What shows who asks (RFC 6750). */
  readonly bearer?: string
  /** The same key is the same change, however often it is sent (Idempotency-Key). */
  readonly key?: string
  /** Milliseconds for the answer, where it takes longer than usual. */
  readonly within?: number
}

/** An answer takes a few milliseconds; a store query under load may take seconds. */
const answerWithinMilliseconds = 10_000
const exportWithinMilliseconds = 600_000
/** The largest answer (a matrix of 1,000 sites) is some 20 MB; more is not from a controller. */
const maxAnswerOctets = 64 * 1024 * 1024

/**
 * `whom`: the kind of program at the address, for advice when it does not answer. `credential`: what shows who asks, where the
 * request does not bring it.
 */
export function clientOf(
  address: ControllerAddress,
  signal: AbortSignal,
  whom: Whom = 'controller',
  credential?: Credential,
): Client {
  const send = async (
    path: string,
    headers: Readonly<Record<string, string>>,
    sending: Sending = {},
  ): Promise<IncomingMessage> => {
    if (credential === undefined || 'authorization' in headers) return sendAs(path, headers, sending)
    const as = (token: string) => ({ ...headers, authorization: `Bearer ${token}` })
    const bearer = await credential.bearer()
    const answer = await sendAs(path, bearer === undefined ? headers : as(bearer), sending)
    // Whoever is on the host of the controller, as its user, has its key, and need not sign in.
    const key = answer.statusCode === 401 && bearer === undefined ? await credential.key() : undefined
    if (key === undefined) return answer
    answer.destroy()
    return sendAs(path, as(key), sending)
  }
  const sendAs = async (
    path: string,
    headers: Readonly<Record<string, string>>,
    { method = 'GET', body, timeout = answerWithinMilliseconds }: Sending = {},
  ): Promise<IncomingMessage> => {
    const isUnix = address.type === 'unix'
    const to = isUnix ? { socketPath: address.path } : { host: address.host, port: address.port }
    // A Unix socket has no name; the controller accepts `localhost` for it.
    const host = isUnix ? { host: 'localhost' } : {}
    const whole = isUnix ? path : address.base + path
    const options = { ...to, method, path: whole, signal, headers: { ...host, ...headers }, timeout }
    // TLS takes a while to load, and few need it.
    const overTls = !isUnix && address.protocol === 'https:' ? await import('node:https') : undefined
    const agent = overTls && new overTls.Agent({ proxyEnv: process.env }) // HTTPS_PROXY and NO_PROXY
    return new Promise((resolve, reject) => {
      const sent = (overTls?.request ?? request)({ ...options, ...(agent && { agent }) })
      sent.on('timeout', () => sent.destroy(tooLate(address, timeout)))
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const failure = connectionFailure(address, error, whom)
        if (overTls === undefined) reject(failure)
        else void tlsFailure(address, error).then((tls) => reject(tls ?? failure))
      })
      sent.on('response', resolve)
      sent.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body))
    })
  }
  return {
    address,
    async get<R extends Resource>(kind: R['kind'], path: string, query: Query = {}) {
      const response = await send(pathWith(path, query), { accept: 'application/json' })
      const text = await bodyOf(address, response)
      if (response.statusCode !== 200) throw problemFailure(address, response.statusCode ?? 0, text, whom)
      return checked<R>(address, kind, text, whom)
    },
    async change<R extends Resource>(kind: R['kind'], change: Change) {
      const { method, path, query = {}, body, bearer, key, within: timeout = answerWithinMilliseconds } = change
      const headers = {
        accept: 'application/json',
        'content-type': typeof body === 'string' ? 'application/jose' : 'application/json',
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
      }
      const response = await send(pathWith(path, query), headers, { method, body, timeout })
      const text = await bodyOf(address, response)
      if (!isDone(response.statusCode)) throw problemFailure(address, response.statusCode ?? 0, text, whom)
      return checked<R>(address, kind, text, whom)
    },
    async getPlain<T>(path: string) {
      const response = await send(path, { accept: 'application/json' })
      const text = await bodyOf(address, response)
      if (response.statusCode !== 200) throw problemFailure(address, response.statusCode ?? 0, text, whom)
      return parsed(text) as T // the controller answers this path with this type
    },
    async getSigned(path) {
      const response = await send(path, { accept: 'application/jose' })
      const text = await bodyOf(address, response)
      if (response.statusCode !== 200) throw problemFailure(address, response.statusCode ?? 0, text, whom)
      return text.trim()
    },
    async download(path, query) {
      const response = await send(pathWith(path, query), {}, { timeout: exportWithinMilliseconds })
      if (response.statusCode === 200) return response
      throw problemFailure(address, response.statusCode ?? 0, await bodyOf(address, response), whom)
    },
    async hold(path, query, bearer) {
      const headers = { authorization: `Bearer ${bearer}`, 'content-length': '0' }
      const response = await send(pathWith(path, query), headers, { method: 'POST', timeout: exportWithinMilliseconds })
      if (response.statusCode === 200) {
        response.socket.setTimeout(0)
        return response
      }
      throw problemFailure(address, response.statusCode ?? 0, await bodyOf(address, response), whom)
    },
    async open(path, headers) {
      const response = await send(path, { accept: 'text/event-stream', ...headers })
      if (response.statusCode === 200) {
        response.socket.setTimeout(0)
        return response
      }
      throw problemFailure(address, response.statusCode ?? 0, await bodyOf(address, response), whom)
    },
  }
}

/** A change that goes on after its answer is 202 (RFC 9110 §15.3.3), what it made 201. */
const isDone = (status: number | undefined): boolean => status === 200 || status === 201 || status === 202

function pathWith(path: string, query: Query): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined)
  const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return search === '' ? path : `${path}?${search}`
}

async function bodyOf(address: ControllerAddress, response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      length += part.length
      if (length > maxAnswerOctets)
        throw new Failure(exitCode.failed, `the answer of ${address.text} is longer than ${maxAnswerOctets} octets`)
      parts.push(part)
    }
  } catch (error) {
    throw error instanceof Failure ? error : connectionFailure(address, error as NodeJS.ErrnoException)
  }
  return Buffer.concat(parts).toString('utf8')
}

function checked<R extends Resource>(address: ControllerAddress, kind: R['kind'], text: string, whom: Whom): R {
  const value = parsed(text) as Partial<R> | undefined
  if (value?.apiVersion === 'vagus/v1' && value.kind === kind) return value as R
  const got = typeof value?.kind === 'string' ? `${String(value.apiVersion)} ${value.kind}` : 'something else'
  throw new Failure(
    exitCode.failed,
    `${address.text} answers, but with ${got} instead of vagus/v1 ${kind}`,
    advice[whom].other,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const exitOfStatus: Readonly<Record<number, ExitCode>> = {
  400: exitCode.usage,
  404: exitCode.usage,
  422: exitCode.usage,
  401: exitCode.denied,
  403: exitCode.denied,
  408: exitCode.timeout,
  504: exitCode.timeout,
}

/** What a controller answers for a path that it does not have; not for an unknown name below one that it has. */
const unknownPath = /^there is no (\/v1\/\S*); see /

/** Where a program finds the names; a person is told the command. */
const listPaths = /; see \/v1\/[a-z]+(?:(?:, | and )\/v1\/[a-z]+)*$/

/** problem+json (RFC 9457) as a failure: what was wrong, and what the controller would accept. */
function problemFailure(address: ControllerAddress, status: number, text: string, whom: Whom): Failure {
  const problem = parsed(text) as Partial<Problem> | undefined
  const exit = exitOfStatus[status] ?? exitCode.failed
  const said = problem?.detail ?? problem?.title
  if (typeof said !== 'string') {
    const problem = `${address.text} answers HTTP ${status}, which a vagus ${whom} would not`
    // An unknown name is the user's mistake; a path without a resource is not.
    return new Failure(status === 404 ? exitCode.failed : exit, problem, advice[whom].other)
  }
  const [, path] = status === 404 ? (unknownPath.exec(said) ?? []) : []
  if (path !== undefined)
    return new Failure(
      exitCode.failed,
      `the ${whom} at ${address.text} knows no ${path}: it is older than this command`,
      'use the same version on both ends: vagus version',
    )
  // With one wrong parameter the detail already says it.
  const wrong = (problem?.errors ?? [])
    .map(({ parameter, problem }) => `${parameter}: ${problem}`)
    .filter((one) => one !== said)
  return new Failure(exit, status === 404 ? said.replace(listPaths, '') : said, wrong.join('; '))
}

const tooLate = (address: ControllerAddress, timeout: number): Failure =>
  new Failure(
    exitCode.timeout,
    `${address.text} did not answer within ${timeout / 1000} s`,
    'it, or its machine, is busy or hangs; on its host: top · journalctl -u vagus-controller',
  )

/** Kinds of programs to ask: how to start one, and what to do when another program answers. */
const advice = {
  controller: {
    start:
      'start one: vagus controller, or vagus lab up · or name another: --controller ADDRESS, or in VAGUS_CONTROLLER',
    other: 'is another program listening there? name the controller: --controller ADDRESS',
  },
  'device agent': {
    start: 'start it beside its router: vagus device --router KIND --control PATH · vagus device --help',
    other: 'is another program listening there? name the device of the agent: vagus device ls',
  },
  'side-car': {
    start: 'start one: vagus run --name NAME · or name another: --side-car URL, as printed by "vagus run"',
    other: 'is another program listening there? name the side-car: --side-car URL, as printed by "vagus run"',
  },
} as const
type Whom = keyof typeof advice

async function tlsFailure({ text }: ControllerAddress, error: Error): Promise<Failure | undefined> {
  const { tlsProblem } = await import('@vagus/lookup/tls-problem')
  const tls = tlsProblem(error)
  return tls && new Failure(exitCode.unreachable, `${text} cannot be asked: ${tls.problem}`, tls.fix, error)
}

function connectionFailure(
  address: ControllerAddress,
  error: NodeJS.ErrnoException,
  whom: Whom = 'controller',
): Failure {
  if (error instanceof Failure) return error
  if (error.code === 'EACCES')
    return new Failure(
      exitCode.denied,
      `${address.text} cannot be opened by this user`,
      `ls -l ${address.text.slice(5)}`,
    )
  const why: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOENT: 'there is no such socket',
    ENOTFOUND: 'there is no such host',
    ECONNRESET: 'the connection was reset',
  }
  // The listener of a lab outlives its controller.
  const isCut = error.code === 'ECONNRESET' && whom === 'controller'
  return new Failure(
    exitCode.unreachable,
    `no ${whom} at ${address.text} (${why[error.code ?? ''] ?? error.message})`,
    isCut ? `in a lab: vagus lab fault restart controller · else ${advice[whom].start}` : advice[whom].start,
    error,
  )
}

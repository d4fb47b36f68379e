/**
 * The agent's own interface: HTTP with JSON over a Unix socket that only its user may open. The command line and the
 * controller of this host ask here.
 * @module
 */
import { accessSync, chmodSync, constants, existsSync, mkdirSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { connect } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { Tracer } from '@vagus/observability'
import { during } from '@vagus/observability/current-span'
import { AddressError } from '@vagus/address'
import { textOf } from './rounds.ts'

const { createServer } = process.getBuiltinModule('node:http')

/** Octets of a request's body. */
const maxBody = 65_536

export interface ControlAnswer {
  readonly status: number
  readonly body: unknown
}

/**
 * What answers `METHOD /path`. A RangeError or AddressError of it becomes a 400 that says what would be right. `id`: what
 * stands in place of `{id}` in a path that has it, otherwise empty.
 */
export type ControlHandler = (query: URLSearchParams, body: unknown, id: string) => Promise<ControlAnswer>

/** Fulfilled when it listens at `path`; a socket that is left from before is replaced. */
export async function startControlServer(
  path: string,
  handlers: ReadonlyMap<string, ControlHandler>,
  tracer?: Tracer,
): Promise<{ readonly close: () => void }> {
  checkControlPath(path)
  rmSync(path, { force: true })
  const server = createServer((request, response) => {
    traced(tracer, request, () => answer(request, handlers))
      .catch((error: unknown) => problem(500, textOf(error)))
      .then((result) => send(response, result))
      .catch(() => response.destroy())
  })
  server.listen(path)
  await once(server, 'listening')
  chmodSync(path, 0o600)
  return {
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/**
 * To be called before anything waits for a router: whether a socket can be made at `path`, whose folder is made.
 * @throws {RangeError}
 */
export function checkControlPath(path: string): void {
  const folder = dirname(resolve(path))
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new RangeError(`--control needs a folder that can be written, which ${folder} is not: ${code ?? message}`, {
      cause,
    })
  }
}

/** Step by step: mkdir with `recursive` never returns where the kernel says ENOENT to the last step, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path)
}

/** That, and that no other agent is there. @throws {RangeError} */
export async function checkControl(path: string): Promise<void> {
  checkControlPath(path)
  await refuseSecondAgent(path)
}

/**
 * Two agents beside one router would end each other's session with it.
 * @throws {RangeError} where another agent answers at the socket
 */
export async function refuseSecondAgent(path: string): Promise<void> {
  if (await isAnswered(path)) throw new RangeError(`another agent answers at ${path}; end it, or give --control PATH`)
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** What is asked within a trace, as an AI agent's call is, is done within it. */
function traced<Result>(
  tracer: Tracer | undefined,
  { method, headers: { traceparent: parent } }: IncomingMessage,
  work: () => Promise<Result>,
): Promise<Result> {
  if (tracer === undefined || typeof parent !== 'string') return work()
  const attributes = { 'http.request.method': method ?? '' }
  return during(tracer.begin({ name: 'device.control', kind: 'server', parent, attributes }), work)
}

async function answer(request: IncomingMessage, handlers: ReadonlyMap<string, ControlHandler>): Promise<ControlAnswer> {
  const url = URL.parse(request.url ?? '/', 'http://device')
  if (url === null) return problem(400, 'the path is none')
  const found = handlerOf(handlers, request.method ?? '', url.pathname)
  if (found === undefined) return problem(404, `there is no ${request.method} ${url.pathname}`)
  try {
    return await found.handler(url.searchParams, await bodyOf(request), found.id)
  } catch (error) {
    const isTheirs = error instanceof RangeError || error instanceof SyntaxError || error instanceof AddressError
    if (isTheirs) return problem(400, error.message)
    throw error
  }
}

function handlerOf(
  handlers: ReadonlyMap<string, ControlHandler>,
  method: string,
  path: string,
): { readonly handler: ControlHandler; readonly id: string } | undefined {
  const exact = handlers.get(`${method} ${path}`)
  if (exact !== undefined) return { handler: exact, id: '' }
  const parts = path.split('/')
  for (const [at, id] of parts.entries()) {
    const handler = handlers.get(`${method} ${parts.with(at, '{id}').join('/')}`)
    if (handler !== undefined) return { handler, id }
  }
  return undefined
}

/** `more`: its type (RFC 9457), and what belongs to that. */
export const problem = (
  status: number,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): ControlAnswer => ({
  status,
  body: { type: 'about:blank', title: detail, status, detail, ...more },
})

export interface Schema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: { issues: readonly Issue[] } }
}
interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What a body asks for. @throws {RangeError} that says what would be right */
export function requestOf<Request>(schema: Schema<Request>, body: unknown): Request {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new RangeError(`"${issue?.path.join('.') ?? ''}" of the request: ${issue?.message ?? 'wrong'}`)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let octets = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    octets += part.length
    if (octets > maxBody) throw new RangeError(`a request has at most ${maxBody} octets`)
    parts.push(part)
  }
  return octets === 0 ? undefined : (JSON.parse(Buffer.concat(parts).toString()) as unknown)
}

function send(response: ServerResponse, { status, body }: ControlAnswer): void {
  response.writeHead(status, { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json' })
  response.end(JSON.stringify(body))
}

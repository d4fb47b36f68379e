/**
 * The agent's own interface: HTTP with JSON over a Unix socket that only its user may open. The command line and the
 * controller of this host ask here.
 * @module
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { dirname } from 'node:path'

/** Octets of a request's body. */
const maxBody = 65_536

export interface ControlAnswer {
  readonly status: number
  readonly body: unknown
}

/** What answers `METHOD /path`. A RangeError of it becomes a 400 that says what would be right. */
export type ControlHandler = (query: URLSearchParams, body: unknown) => Promise<ControlAnswer>

/** Fulfilled when it listens at `path`; a socket that is there from before is replaced. */
export async function startControlServer(
  path: string,
  handlers: ReadonlyMap<string, ControlHandler>,
): Promise<{ readonly close: () => void }> {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true })
  const server = createServer((request, response) => {
    answer(request, handlers)
      .catch((error: unknown) => problem(500, error instanceof Error ? error.message : String(error)))
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

async function answer(request: IncomingMessage, handlers: ReadonlyMap<string, ControlHandler>): Promise<ControlAnswer> {
  const url = new URL(request.url ?? '/', 'http://device')
  const handler = handlers.get(`${request.method} ${url.pathname}`)
  if (handler === undefined) return problem(404, `there is no ${request.method} ${url.pathname}`)
  try {
    return await handler(url.searchParams, await bodyOf(request))
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return problem(400, error.message)
    throw error
  }
}

export const problem = (status: number, detail: string): ControlAnswer => ({
  status,
  body: { type: 'about:blank', title: detail, status, detail },
})

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

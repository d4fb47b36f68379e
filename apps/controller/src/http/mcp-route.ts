/**
 * The same answers for AI agents, over MCP at /mcp. The SDK is loaded by the first request: most controllers are asked
 * none.
 * @module
 */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Ask, Sent } from '../mcp/answer.ts'
import type { InProcess } from './gate.ts'
import { answerProblem, problemOf } from './problem.ts'

export const mcpPath = '/mcp'

export interface McpRouteOptions {
  readonly version: string
  /** Whether a host, with or without port, is this one. */
  readonly isOwn: (host: string) => boolean
  /** Ends what is under way. */
  readonly signal: AbortSignal
  readonly onError: (error: Error) => void
}

export function addMcpRoute(app: OpenAPIHono, { version, isOwn, signal, onError }: McpRouteOptions): void {
  const ask = askInProcess((request) => app.fetch(request, { inProcess: true } satisfies InProcess))
  const load = async () => {
    const [{ createMcp }, { tools }, { instructions }] = await Promise.all([
      import('../mcp/server.ts'),
      import('../mcp/tools.ts'),
      import('../mcp/instructions.ts'),
    ])
    const mcp = createMcp({ version, tools, instructions, askOf: () => ask, onError })
    signal.addEventListener('abort', () => void mcp.close(), { once: true })
    return mcp
  }
  let loaded: ReturnType<typeof load> | undefined
  app.post(mcpPath, async (c) => {
    const origin = c.req.header('origin')
    if (origin !== undefined && !isOwn(hostOf(origin)))
      return answerProblem(
        c,
        problemOf(403, `Origin must name this host, or one of "hosts" in vagus.yaml, got "${origin}"`),
      )
    loaded ??= load()
    const mcp = await loaded
    return mcp.fetch(c.req.raw)
  })
}

/** @param fetch of an application of this process */
export const askInProcess =
  (fetch: (request: Request) => Response | Promise<Response>): Ask =>
  async (path, signal, { method, body }: Partial<Sent> = {}) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const content = body === undefined ? {} : { body }
    const headers = { host: 'localhost', ...length }
    return fetch(new Request(`http://localhost${path}`, { ...(method && { method }), ...content, headers, signal }))
  }

/** Empty where the page has no origin that is told, as in a sandbox: it says `null`. */
const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : '')

/**
 * The same answers for AI agents, over MCP at /mcp. The SDK is loaded by the first request: most controllers are asked
 * none.
 * @module
 */
import type { OpenAPIHono } from '@hono/zod-openapi'
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
  const ask = async (path: string, until: AbortSignal, body?: string): Promise<Response> => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const how = body === undefined ? {} : { method: 'POST', body }
    const headers = { host: 'localhost', ...length }
    return app.fetch(new Request(`http://localhost${path}`, { ...how, headers, signal: until }))
  }
  const load = async () => {
    const { createMcp } = await import('../mcp/server.ts')
    const mcp = createMcp({ version, ask, onError })
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

/** Empty where the page has no origin that is told, as in a sandbox: it says `null`. */
const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : '')

/**
 * The controller's MCP and A2A for members of its fleet, on a port of loopback. The side-car in front of it says in `Vagus-Agent`
 * who calls, and anybody on this host could write that field: so the path has a secret of this start, which stands nowhere
 * but in this process.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { isAgentId } from '@vagus/identity'
import type { Tracer } from '@vagus/observability'
import type { McpHttpHandler } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { createAgentLineApp } from '../http/agent-line-routes.ts'
import { askInProcess } from '../http/mcp-route.ts'
import { answerProblem, ProblemError, problemOf } from '../http/problem.ts'
import { type HttpServer, serveHttp } from '../http/serve.ts'
import { traced } from '../http/traced.ts'
import type { AgentLines } from '../lines/agents/agent-lines.ts'
import type { Ask } from '../mcp/answer.ts'

/** Questions that are answered at once, with those that wait for a line, shared by the members that ask. */
const maxQuestions = 64

export interface MemberServerOptions {
  readonly version: string
  /** Of this start: 32 characters or more that nobody can guess. */
  readonly secret: string
  /** Answers what only reads, as everywhere. */
  readonly api: (request: Request) => Response | Promise<Response>
  /** Undefined where the configuration has no `lines`. */
  readonly lines: AgentLines | undefined
  /** Its A2A server. */
  readonly a2a: Hono
  /** For calls of members that belong to a trace. */
  readonly tracer?: Tracer | undefined
  /** Called for internal errors. */
  readonly onError: (error: Error) => void
}

export interface MemberServer {
  /** With the secret. */
  readonly mcp: string
  /** Likewise: the root of its A2A server. */
  readonly a2a: string
  stop(): Promise<void>
}

/** @throws {UnavailableError} when no port can be had */
export async function openMemberServer(options: MemberServerOptions): Promise<MemberServer> {
  const { secret, onError } = options
  const mcp = await memberMcp(options)
  const app = new Hono()
  app.use('/:secret/*', async (c, next) => (isSecret(c.req.param('secret'), secret) ? next() : c.notFound()))
  app.post('/:secret/mcp', (c) => mcp.fetch(c.req.raw))
  app.all('/:secret/mcp', (c) => c.body(null, 405, { allow: 'POST' }))
  app.route('/:secret', options.a2a)
  app.notFound((c) => answerProblem(c, problemOf(404, 'there is nothing here')))
  app.onError((error, c) => {
    onError(error)
    return answerProblem(c, problemOf(500, 'the controller failed to answer; its log says why'))
  })
  const answer = traced(options.tracer, 'controller.member', app.fetch)
  const server: HttpServer = await serveHttp(answer, { kind: 'tcp', address: '127.0.0.1', port: 0 })
  return {
    mcp: `http://${server.address}/${secret}/mcp`,
    a2a: `http://${server.address}/${secret}`,
    async stop() {
      await mcp.close()
      await server.stop()
    },
  }
}

async function memberMcp({ version, api, lines, onError }: MemberServerOptions): Promise<McpHttpHandler> {
  const [{ createMcp }, { memberTools }, { memberInstructions }] = await Promise.all([
    import('../mcp/server.ts'),
    import('../mcp/member-tools.ts'),
    import('../mcp/instructions.ts'),
  ])
  const reads = askInProcess(api)
  const ofAgents = createAgentLineApp(() => lines ?? noLines(), onError)
  /** Quotes and single lines are another matter for agents than for others. */
  const askOf = (request: Request | undefined): Ask => {
    const agent = request?.headers.get('vagus-agent') ?? ''
    const own = askInProcess((sent) => ofAgents.fetch(sent, { agent }))
    return async (path, signal, sent) => {
      const isOwn = sent !== undefined || path.startsWith('/v1/lines/')
      if (isOwn && isAgentId(agent)) return own(path, signal, sent)
      // What changes something never gets to the operator's API, whose caller would be the operator.
      if (sent !== undefined) return Response.json(problemOf(403, 'nobody says which agent asks'), { status: 403 })
      return reads(path, signal)
    }
  }
  const tools = { tools: memberTools, instructions: memberInstructions }
  const callerOf = (request: Request | undefined): string => request?.headers.get('vagus-agent') ?? ''
  return createMcp({ version, ...tools, askOf, callerOf, atOnce: maxQuestions, onError })
}

function noLines(): never {
  throw new ProblemError(problemOf(503, 'the operator of this network has no private lines in it'))
}

const isSecret = (given: string, secret: string): boolean => timingSafeEqual(digest(given), digest(secret))

/** Of one length, as the comparison demands. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * An MCP server that speaks over its standard input and output, as an address of this host: MCP's Streamable HTTP in front
 * of a process for each session. Such a server knows one client, so callers share none. The era with sessions
 * (2025-11-25 and before it); a client that tries the newer one first falls back.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isInitializeRequest } from '@modelcontextprotocol/client'
import { endedWithUs, type Program } from '../program.ts'
import { StdioSession } from './stdio-session.ts'

/** Processes at once. At the limit the session that was used longest ago ends, unless its caller waits or listens. */
const maxSessions = 64
/** Milliseconds after which a session ends that nobody uses or listens to. */
const restsFor = 3_600_000
const lookEvery = 60_000
/** Longest message of a caller in octets. */
const maxBodyOctets = 16 * 1024 * 1024

export interface StdioServer {
  /** `http://127.0.0.1:40000/SECRET/mcp`: no other user of this host knows it. */
  readonly url: string
  close(): Promise<void>
}

/** Of the callers, as the side-car writes them: whoever it is, in the environment of the process. */
const callerFields = {
  VAGUS_CALLER_ID: 'vagus-agent',
  VAGUS_CALLER_ROLE: 'vagus-agent-role',
  VAGUS_CALLER_NAME: 'vagus-agent-name',
} as const

interface Owned {
  readonly caller: string | undefined
  readonly session: StdioSession
}

/** @param environment asked for with each process */
export async function startStdioServer(
  command: Program['command'],
  environment: () => Program['environment'],
): Promise<StdioServer> {
  const sessions = new Map<string, Owned>()
  /** Also those that are not open yet. */
  const all = new Set<StdioSession>()
  const path = `/${randomBytes(24).toString('base64url')}/mcp`
  const end = (session: StdioSession | undefined): void => void session?.close()

  const begin = async (request: IncomingMessage): Promise<StdioSession> => {
    if (all.size >= maxSessions) end(restingLongest(all))
    if (all.size >= maxSessions) throw new Error(`${maxSessions} sessions are under way here`)
    const about = Object.entries(callerFields).map(([name, field]) => [name, fieldOf(request, field)] as const)
    const base = environment()
    const whole = {
      command: endedWithUs(command, base['PATH'] ?? ''),
      environment: { ...base, ...Object.fromEntries(about) },
    }
    let own = ''
    const session: StdioSession = new StdioSession(whole, {
      opened(id) {
        own = id
        sessions.set(id, { session, caller: fieldOf(request, callerFields.VAGUS_CALLER_ID) })
      },
      over() {
        sessions.delete(own)
        all.delete(session)
      },
    })
    all.add(session)
    try {
      await session.start()
    } catch (error) {
      all.delete(session)
      throw error
    }
    return session
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url !== path) return refuse(response, 404, 'nothing is here')
    const body = request.method === 'POST' ? await jsonOf(request) : undefined
    if (request.method === 'POST' && body === undefined)
      return refuse(response, 400, `a message is JSON of at most ${maxBodyOctets} octets`)
    const id = fieldOf(request, 'mcp-session-id')
    if (id !== undefined) {
      const { session, caller } = sessions.get(id) ?? {}
      if (session === undefined || caller !== fieldOf(request, callerFields.VAGUS_CALLER_ID))
        return refuse(response, 404, 'there is no such session: begin another one')
      return session.handle(request, response, body)
    }
    if (!isInitializeRequest(body)) return refuse(response, 400, 'a session begins with "initialize"')
    let session: StdioSession
    try {
      session = await begin(request)
    } catch (error) {
      return refuse(response, 503, `the MCP server cannot be started: ${(error as Error).message}`)
    }
    return session.handle(request, response, body)
  }
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const look = setInterval(() => {
    for (const session of all) if (performance.now() - session.usedAt > restsFor) end(session)
  }, lookEvery).unref()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    async close() {
      clearInterval(look)
      server.close()
      await Promise.all([...all].map((session) => session.close()))
      server.closeAllConnections()
    },
  }
}

function restingLongest(sessions: Iterable<StdioSession>): StdioSession | undefined {
  let found: StdioSession | undefined
  for (const session of sessions) if (session.usedAt < (found?.usedAt ?? Infinity)) found = session
  return found
}

function fieldOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** `undefined`: it is none, or too long. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let octets = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    octets += part.length
    if (octets <= maxBodyOctets) parts.push(part)
  }
  try {
    return octets <= maxBodyOctets ? JSON.parse(Buffer.concat(parts).toString('utf8')) : undefined
  } catch {
    return undefined
  }
}

/** Errors of the transport have no id (JSON-RPC, §5). */
function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } })
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
}

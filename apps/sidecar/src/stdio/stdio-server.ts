/**
 * An MCP server that speaks over its standard input and output, as an address of this host: MCP's Streamable HTTP in front
 * of a process for each session. Such a server knows one client, so callers share none. The era with sessions
 * (2025-11-25 and before it); a client that tries the newer one first falls back.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Program } from '../program.ts'
import type { StdioSession } from './stdio-session.ts'

const { createServer } = process.getBuiltinModule('node:http')

/**
 * Processes at once, and of one caller. At the limit the session that was used longest ago ends, the caller's own first,
 * unless somebody waits or listens in it.
 */
const maxSessions = 64
const maxSessionsOfOne = 16
/** Milliseconds after which a session ends that nobody uses or listens to. */
const restsFor = 3_600_000
const lookEvery = 60_000
/** Longest message of a caller in octets, and of all that are being read. */
const maxBodyOctets = 16 * 1024 * 1024
const maxBodiesOctets = 64 * 1024 * 1024

/** With the SDK, which takes 6 MB: a router may serve for months and never be asked. */
const sessionModule = () => import('./stdio-session.ts')

export interface StdioServer {
  /** `http://127.0.0.1:40000/SECRET/mcp`: no other user of this host knows it. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Of the callers, as the side-car writes them: who it is, in the environment of the process. Its id is proved, name and
 * roles of a member are the fleet owner's word when the session begins, an outsider that of a gateway that may speak for some;
 * the other two are what it says of itself.
 */
const callerFields = {
  VAGUS_CALLER_ID: 'vagus-agent',
  VAGUS_CALLER_ROLE: 'vagus-agent-role',
  VAGUS_CALLER_NAME: 'vagus-agent-name',
  VAGUS_MEMBER_NAME: 'vagus-member-name',
  VAGUS_MEMBER_ROLES: 'vagus-member-roles',
  VAGUS_OUTSIDER: 'vagus-outsider',
  VAGUS_OUTSIDER_ISSUER: 'vagus-outsider-issuer',
  VAGUS_OUTSIDER_SCOPES: 'vagus-outsider-scopes',
  VAGUS_OUTSIDER_GROUPS: 'vagus-outsider-groups',
} as const

/** Whose session it is: of those for whom one gateway calls each has its own. */
const callerOf = (request: IncomingMessage): string =>
  [callerFields.VAGUS_CALLER_ID, callerFields.VAGUS_OUTSIDER_ISSUER, callerFields.VAGUS_OUTSIDER]
    .map((field) => fieldOf(request, field))
    .join(' ')

/**
 * @param environment asked for with each process
 * @param report takes a line for people
 */
export async function startStdioServer(
  command: Program['command'],
  environment: () => Program['environment'],
  report: (line: string) => void,
): Promise<StdioServer> {
  const sessions = new Sessions(command, environment, report)
  const path = `/${randomBytes(24).toString('base64url')}/mcp`
  const server = createServer((request, response) => {
    const isHere = request.url?.replace(/\/?(\?.*)?$/, '') === path
    const answered = isHere ? sessions.answer(request, response) : refuse(response, 404, 'nothing is here')
    Promise.resolve(answered).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.on('error', () => undefined) // of one connection that could not be accepted; the next may be
  const look = setInterval(() => sessions.endResting(), lookEvery).unref()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    async close() {
      clearInterval(look)
      server.close()
      await sessions.close()
      server.closeAllConnections()
    },
  }
}

class Sessions {
  readonly #command: Program['command']
  readonly #environment: () => Program['environment']
  readonly #report: (line: string) => void
  readonly #byId = new Map<string, StdioSession>()
  /** Whose each is, until its process is gone. */
  readonly #callers = new Map<StdioSession, string | undefined>()
  #bodyOctets = 0

  constructor(command: Program['command'], environment: () => Program['environment'], report: (line: string) => void) {
    this.#command = command
    this.#environment = environment
    this.#report = report
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = request.method === 'POST' ? await this.#bodyOf(request) : { body: undefined }
    if ('why' in read) return refuse(response, read.status, read.why)
    const { body } = read
    const id = fieldOf(request, 'mcp-session-id')
    if (id !== undefined) {
      const session = this.#byId.get(id)
      if (session === undefined || this.#callers.get(session) !== callerOf(request))
        return refuse(response, 404, 'there is no such session: begin another one')
      return session.handle(request, response, body)
    }
    try {
      const { isInitializeRequest, StdioSession } = await sessionModule()
      if (!isInitializeRequest(body)) return refuse(response, 400, 'a session begins with "initialize"')
      return await (await this.#begin(StdioSession, request)).handle(request, response, body)
    } catch (error) {
      return refuse(response, 503, (error as Error).message)
    }
  }

  endResting(): void {
    for (const session of this.#callers.keys())
      if (performance.now() - session.usedAt > restsFor) void this.#end(session)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#callers.keys()].map((session) => this.#end(session)))
  }

  /** @throws when there is no room, or the process cannot be started */
  async #begin(Session: typeof StdioSession, request: IncomingMessage): Promise<StdioSession> {
    const caller = callerOf(request)
    // Others come while one ends. From the last look on until the place is taken nothing is waited for.
    for (let full = this.#fullFor(caller); full !== undefined; full = this.#fullFor(caller)) await this.#makeRoom(full)
    const base = this.#environment()
    const about = Object.entries(callerFields).map(([name, field]) => [name, fieldOf(request, field)] as const)
    let id = ''
    const session = new Session(
      { command: this.#command, environment: { ...base, ...Object.fromEntries(about) } },
      {
        opened: (given) => {
          id = given
          this.#byId.set(id, session)
        },
        ended: () => {
          this.#byId.delete(id)
          void this.#end(session)
        },
        report: this.#report,
      },
    )
    this.#callers.set(session, caller)
    try {
      await session.start()
      return session
    } catch (error) {
      this.#callers.delete(session)
      throw new Error(`the MCP server cannot be started: ${(error as Error).message}`, { cause: error })
    }
  }

  /** The sessions one of which has to end before this caller begins another; `undefined`: none has to. */
  #fullFor(caller: string | undefined): Iterable<StdioSession> | undefined {
    const own = [...this.#callers].filter(([, other]) => other === caller).map(([session]) => session)
    if (own.length >= maxSessionsOfOne) return own
    return this.#callers.size >= maxSessions ? this.#callers.keys() : undefined
  }

  /** @throws when none of them can be spared */
  async #makeRoom(among: Iterable<StdioSession>): Promise<void> {
    let found: StdioSession | undefined
    for (const session of among) if (session.usedAt < (found?.usedAt ?? Infinity)) found = session
    if (found === undefined) throw new Error('too many sessions are under way here')
    await this.#end(found)
  }

  async #end(session: StdioSession): Promise<void> {
    await session.close()
    this.#callers.delete(session)
  }

  /** Read to its end also where it is refused: many clients hear an answer only then. */
  async #bodyOf(
    request: IncomingMessage,
  ): Promise<{ readonly body: unknown } | { readonly status: 400 | 413 | 503; readonly why: string }> {
    let areTooMany = false
    const parts: Buffer[] = []
    let octets = 0
    try {
      for await (const part of request as AsyncIterable<Buffer>) {
        octets += part.length
        this.#bodyOctets += part.length
        areTooMany ||= this.#bodyOctets > maxBodiesOctets
        if (octets > maxBodyOctets || areTooMany) parts.length = 0
        else parts.push(part)
      }
      if (octets > maxBodyOctets)
        return { status: 413, why: `a message has at most ${maxBodyOctets} octets, this one ${octets}` }
      if (areTooMany) return { status: 503, why: 'too many long messages are under way here' }
      return { body: JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown }
    } catch {
      return { status: 400, why: 'a message is JSON' }
    } finally {
      this.#bodyOctets -= octets
    }
  }
}

function fieldOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Errors of the transport have no id (JSON-RPC, §5). */
function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } })
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
}

/**
 * Where local programs call agents: `http://127.0.0.1:PORT/agents/NAME/…`. Everything behind the name goes to that
 * agent's own server as it is. `/groups/NAME` sends to a group, `/move` is where moves are announced, and
 * `/sessions` shows the agent's sessions.
 * @module
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Agent } from '@vagus/agent'
import type { Groups } from '../groups/groups.ts'
import { maxHeadOctets } from '../wire/http-exchange.ts'
import { type Problem, ProblemError, problemOf, problemOfError } from '../wire/problem.ts'
import type { Calls } from './calls.ts'
import { answerGroups } from './groups.ts'
import { admit, refusePage, type Tokens } from './guard.ts'
import { takeMove } from './move.ts'
import { writeProblem } from './response-writer.ts'
import { answerSessions, type SessionSource } from './sessions.ts'

/** Each takes a descriptor, of which a process often has 1,024. */
const maxConnections = 512
const headersWithin = 10_000
/** How long a program may go on sending what is refused, before its connection ends. Milliseconds. */
const refusedFor = 1000

/** The agent itself, beside the calls through it. */
type OwnAgent = SessionSource & {
  readonly agent: Pick<Agent, 'announceMove'>
  /** Of an agent that belongs to a fleet. */
  readonly groups?: Groups | undefined
}

export interface LocalServer {
  /** `http://127.0.0.1:40000`. */
  readonly url: string
  close(): Promise<void>
}

/** @param port 0: one that the kernel chooses @throws node's error when the port cannot be had */
export async function listenLocally(calls: Calls, own: OwnAgent, port: number, tokens: Tokens): Promise<LocalServer> {
  const last = new WeakMap<Duplex, ServerResponse>()
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    last.set(request.socket, response)
    void answer(calls, own, tokens, request, response)
  }
  const server = createServer({ maxHeaderSize: maxHeadOctets }, listener)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(socket, last.get(socket), error))
  server.maxHeadersCount = 0 // they are counted where they are carried: node would say of them that octets are too many
  server.headersTimeout = headersWithin
  server.requestTimeout = 0 // an upload may take as long as it takes
  server.maxConnections = maxConnections
  server.on('checkContinue', (request, response) => {
    response.writeContinue()
    listener(request, response)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  server.on('error', () => undefined) // of one connection that could not be accepted; the next may be
  const { port: bound } = server.address() as AddressInfo // sound: it listens on TCP
  return {
    url: `http://127.0.0.1:${bound}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** What is no request that can be read; `last` is the newest response on its connection, which must stay as it is. */
function refuse(socket: Duplex, last: ServerResponse | undefined, { code = 'unknown' }: NodeJS.ErrnoException): void {
  if (socket.writableEnded) return // more of what was refused
  const isAnswering = last?.headersSent === true && !last.writableFinished
  if (!socket.writable || isAnswering) return void socket.destroy()
  const problem = unreadable(code)
  const text = JSON.stringify(problem)
  const fields = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ]
  socket.end(`${fields.join('\r\n')}\r\n\r\n${text}`)
  // To end it at once would reset the connection under the answer.
  setTimeout(() => socket.destroy(), refusedFor).unref()
}

function unreadable(code: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return problemOf('head-too-large', `the head has more than ${maxHeadOctets} octets; no more are carried`)
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return problemOf('late', `the head must come within ${headersWithin / 1000} s`)
  return problemOf('bad-request', `what came is no request of HTTP/1.1 (${code})`)
}

async function answer(
  calls: Calls,
  own: OwnAgent,
  tokens: Tokens,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { caller, path, base } = admit(request, tokens)
    if (path === '/move') return await takeMove(own.agent, request, response)
    if (path === '/sessions') return await answerSessions(own, request, response)
    const [, group] = /^\/groups(?![^/?])(.*)$/.exec(path) ?? []
    if (group !== undefined) return await answerGroups(own.groups, { request, response, caller, target: group })
    const [, name, rest = ''] = /^\/agents\/([^/?]+)(.*)$/.exec(path) ?? []
    if (name === undefined) {
      throw new ProblemError(
        'no-such-path',
        `call /agents/NAME/…, /groups/NAME, /move or /sessions; there is no "${path.slice(0, 80)}"`,
      )
    }
    refusePage(request)
    const target = rest.startsWith('/') ? rest : `/${rest}`
    const here = `${base}/agents/${name}` // as it is written: clients compare the paths of cookies so
    await calls.answer({ request, response, caller, agent: decoded(name), here, target })
  } catch (error) {
    if (response.headersSent) response.destroy()
    else writeProblem(response, problemOfError(error))
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new ProblemError('bad-request', `"${name.slice(0, 80)}" is no percent-encoded name`)
  }
}

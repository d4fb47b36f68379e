/**
 * Where local programs call agents: `http://127.0.0.1:PORT/agents/NAME/…`. Everything behind the name goes to that
 * agent's own server as it is. `/groups/NAME` sends to a group, `/move` is where moves are announced, and
 * `/sessions` shows the agent's sessions.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Agent } from '@vagus/agent'
import type { Groups } from '../groups/groups.ts'
import { ProblemError, problemOfError } from '../wire/problem.ts'
import type { Calls } from './calls.ts'
import { answerGroups } from './groups.ts'
import { admit, refusePage, type Tokens } from './guard.ts'
import { listenHttp } from './http-listener.ts'
import type { LocalRequest } from './local-request.ts'
import { takeMove } from './move.ts'
import type { ProblemTeller } from './problem-teller.ts'
import { writeProblem } from './response-writer.ts'
import { answerSessions, type SessionSource } from './sessions.ts'

const maxConnections = 512

/** The agent itself, beside the calls through it. */
type OwnAgent = SessionSource & {
  readonly agent: Pick<Agent, 'announceMove'>
  /** Of an agent that belongs to a fleet. */
  readonly groups?: Groups | undefined
  /** Is told of calls that failed. */
  readonly teller?: ProblemTeller | undefined
}

export interface LocalListener {
  /** `http://127.0.0.1:40000`. */
  readonly url: string
  close(): Promise<void>
}

/** @param port 0: one that the kernel chooses @throws node's error when the port cannot be had */
export async function listenLocally(calls: Calls, own: OwnAgent, port: number, tokens: Tokens): Promise<LocalListener> {
  const server = await listenHttp((request, response) => answer(calls, own, tokens, request, response), {
    host: '127.0.0.1',
    port,
    maxConnections,
    requestWithin: 0, // an upload may take as long as it takes
  })
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.close() }
}

async function answer(
  calls: Calls,
  own: OwnAgent,
  tokens: Tokens,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let tell: LocalRequest['tell']
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
    const agent = decoded(name)
    tell = (problem) => own.teller?.tell(agent, problem, performance.now())
    await calls.answer({ request, response, caller, agent, here, target, tell })
  } catch (error) {
    tell?.(problemOfError(error))
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

/**
 * `POST /move`: a program of this host, such as one that manages its radios, says that the agent will change the network,
 * before it does. The answer comes when the sessions have left the old network, or its time has come.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Agent, maxMoveGap, type Move, NoSuchNetworkError } from '@vagus/agent'
import { jsonObject } from '../wire/json-object.ts'
import { ProblemError } from '../wire/problem.ts'

/** A move is four words. */
const maxOctets = 4096
/** Who announces more than an hour before does not know. */
const maxAhead = 3_600_000

/** @throws {ProblemError} `no-such-path` unless it is a POST, `bad-request` on anything that is no move here */
export async function takeMove(
  agent: Pick<Agent, 'announceMove'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') throw new ProblemError('no-such-path', 'a move is announced by POST')
  let text = ''
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += part
    if (text.length > maxOctets) throw new ProblemError('bad-request', `a move has at most ${maxOctets} octets`)
  }
  await agent.announceMove(moveOf(text, Date.now())).catch((error: unknown) => {
    if (error instanceof NoSuchNetworkError) throw new ProblemError('bad-request', error.message)
    throw error
  })
  response.writeHead(204).end()
}

function moveOf(text: string, now: number): Move {
  const move = jsonObject(text)
  if (move === undefined) throw refuse('it is no JSON object')
  const { from, to, at, gap, ...more } = move
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) throw refuse(`"${unknown.slice(0, 80)}" is no key of it`)
  for (const [key, value] of Object.entries({ from, to })) {
    if (value !== undefined && !(typeof value === 'string' && /^[\w.:/-]{1,64}$/.test(value))) {
      throw refuse(`"${key}" must be an interface, an address or a prefix of this host`)
    }
  }
  if (from === undefined && to === undefined) throw refuse('it says neither')
  if (!isMissingOrIn(at, now + maxAhead)) throw refuse('"at" must be milliseconds since 1970, at most an hour ahead')
  if (!isMissingOrIn(gap, maxMoveGap))
    throw refuse(`"gap" must be the milliseconds for which nothing may get through, 0..${maxMoveGap}`)
  return move
}

const isMissingOrIn = (value: unknown, max: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= 0 && value <= max)

const refuse = (problem: string): ProblemError =>
  new ProblemError('bad-request', `a move is { "from": "wlan0", "to": "wwan0", "at": 1795637657902 }; ${problem}`)

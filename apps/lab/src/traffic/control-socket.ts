/** Both ends of a generator's control socket. @module */
import type { Server } from 'node:net'
import { askLine, serveLines } from '../control/line-socket.ts'
import { LabError } from '../errors.ts'
import { type ControlReply, type ControlRequest, parseRequest } from './control.ts'

/** Milliseconds. */
const patience = 5000

/**
 * Answers requests at `path`; a `RangeError` of `answer` is a refusal with the code `usage`.
 * @throws {RangeError} on a long path
 */
export const listenForControl = (path: string, answer: (request: ControlRequest) => ControlReply): Promise<Server> =>
  serveLines(path, (request) => {
    try {
      return answer(parseRequest(request))
    } catch (error) {
      if (error instanceof RangeError) throw new LabError('usage', error.message, { cause: error })
      throw error
    }
  })

/**
 * What the generator behind the socket at `path` answers.
 * @throws {LabError} `not-running` when none is there, `usage` when it refuses, `failed` when none answers in 5 s
 */
export async function askGenerator(path: string, request: ControlRequest): Promise<ControlReply> {
  const reply = await askLine<ControlReply>(path, request, patience)
  if (reply !== undefined) return reply
  throw new LabError('not-running', `no traffic generator listens at ${path}; is the lab still starting? vagus lab ls`)
}

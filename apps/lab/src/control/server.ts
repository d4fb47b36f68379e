/**
 * The control socket inside a lab.
 * @module
 */
import type { Socket } from 'node:net'
import { serveLines, writeLine } from './line-socket.ts'
import type { Answer, Request } from './messages.ts'

/** Milliseconds for the lifeline to connect; its holder polls for the socket. */
export const lifelinePatience = 5000

export interface Control {
  /** To every connection that follows. */
  readonly tell: (answer: Answer) => void
  /** Stops accepting connections. */
  readonly close: () => void
}

export interface ControlOptions {
  readonly path: string
  /** Answers to a request other than `follow`. Throws `LabError` to refuse. */
  readonly answer: (request: Exclude<Request, { type: 'follow' }>) => Promise<Answer>
  /** Everything that a follower would have received so far. */
  readonly history: () => readonly Answer[]
  /** `expected`: one must come within `lifelinePatience`, else it is lost. */
  readonly lifeline: 'expected' | 'none'
  readonly onLifelineLost: () => void
}

/** Settles when the socket listens. */
export async function serveControl(options: ControlOptions): Promise<Control> {
  const { path, answer, history, lifeline, onLifelineLost } = options
  const followers = new Set<Socket>()
  let late: NodeJS.Timeout | undefined

  function follow(socket: Socket, as: 'lifeline' | 'onlooker'): void {
    followers.add(socket)
    if (as === 'lifeline') clearTimeout(late)
    socket.once('close', () => {
      followers.delete(socket)
      if (as === 'lifeline') onLifelineLost()
    })
    for (const message of history()) writeLine(socket, message)
  }

  const server = await serveLines(path, (line, socket) => {
    const request = line as unknown as Request // sound: only programs of the lab connect
    return request.type === 'follow' ? follow(socket, request.lifeline ? 'lifeline' : 'onlooker') : answer(request)
  })
  if (lifeline === 'expected') late = setTimeout(onLifelineLost, lifelinePatience)
  return {
    tell: (message) => followers.forEach((socket) => writeLine(socket, message)),
    close: () => {
      clearTimeout(late)
      server.close()
    },
  }
}

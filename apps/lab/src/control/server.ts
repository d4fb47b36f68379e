/**
 * The control socket inside a lab.
 * @module
 */
import { createServer, type Socket } from 'node:net'
import { LabError } from '../errors.ts'
import { readLines } from './lines.ts'
import type { Answer, Request } from './messages.ts'

/** Milliseconds for the lifeline to connect; its holder polls for the socket. */
export const lifelinePatience = 5000
/** For a forwarder, the caller of `labUp`, and clients; more are closed at once. */
const maxConnections = 64

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
export function serveControl({ path, answer, history, lifeline, onLifelineLost }: ControlOptions): Promise<Control> {
  const followers = new Set<Socket>()
  let late: NodeJS.Timeout | undefined
  const send = (socket: Socket, message: Answer): void => void socket.write(`${JSON.stringify(message)}\n`)

  async function serve(socket: Socket, request: Request): Promise<void> {
    if (request.type === 'follow') {
      followers.add(socket)
      if (request.lifeline) clearTimeout(late)
      socket.once('close', () => {
        followers.delete(socket)
        if (request.lifeline) onLifelineLost()
      })
      for (const message of history()) send(socket, message)
      return
    }
    try {
      send(socket, await answer(request))
    } catch (error) {
      const code = error instanceof LabError ? error.code : 'failed'
      send(socket, { type: 'refused', code, message: (error as Error).message })
    }
  }

  const server = createServer((socket) => {
    socket.on('error', () => {}) // the client has gone; 'close' follows
    readLines(socket, (line) => {
      let request: Request
      try {
        request = JSON.parse(line) as Request
      } catch {
        send(socket, { type: 'refused', code: 'usage', message: 'a request is one JSON document a line' })
        return
      }
      void serve(socket, request)
    })
  })
  server.maxConnections = maxConnections
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      if (lifeline === 'expected') late = setTimeout(onLifelineLost, lifelinePatience)
      resolve({
        tell: (message) => followers.forEach((socket) => send(socket, message)),
        close: () => {
          clearTimeout(late)
          server.close()
        },
      })
    })
  })
}

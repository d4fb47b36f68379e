/**
 * The control socket from outside.
 * @module
 */
import { connect, type Socket } from 'node:net'
import { LabError } from '../errors.ts'
import { readLines } from './lines.ts'
import type { Answer, Request } from './messages.ts'

/** Milliseconds that a request may take; a fault waits for processes to end. */
const patience = 30_000

/** Connects to the socket, or gives `undefined` when nobody listens there. */
export function connectControl(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => {}) // 'close' follows
      resolve(socket)
    })
    socket.once('error', () => resolve(undefined))
  })
}

/** The answer to one request; `undefined` when no lab listens. Throws `LabError` when it is refused. */
export async function ask(path: string, request: Request): Promise<Answer | undefined> {
  const socket = await connectControl(path)
  if (socket === undefined) return undefined
  try {
    const answer = await new Promise<Answer | undefined>((resolve, reject) => {
      readLines(socket, (line) => resolve(JSON.parse(line) as Answer))
      socket.once('close', () => resolve(undefined))
      socket.setTimeout(patience, () =>
        reject(new LabError('failed', `the lab did not answer in ${patience / 1000} s`)),
      )
      socket.write(`${JSON.stringify(request)}\n`)
    })
    if (answer?.type === 'refused') throw new LabError(answer.code, answer.message)
    return answer
  } finally {
    socket.destroy()
  }
}

/** Follows the lab until the connection ends; `onEnd` hears of that once. */
export function follow(
  socket: Socket,
  lifeline: 'lifeline' | 'onlooker',
  onAnswer: (answer: Answer) => void,
  onEnd: () => void,
): void {
  readLines(socket, (line) => onAnswer(JSON.parse(line) as Answer))
  socket.once('close', onEnd)
  const request: Request = { type: 'follow', lifeline: lifeline === 'lifeline' }
  socket.write(`${JSON.stringify(request)}\n`)
}

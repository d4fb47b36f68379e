/**
 * The control socket from outside.
 * @module
 */
import type { Socket } from 'node:net'
import { askLine, connectLines, readLines, writeLine } from './line-socket.ts'
import type { Answer, Request } from './messages.ts'

/** Milliseconds that a request may take; a fault waits for processes to end. */
const patience = 30_000

/** Connects to the socket, or gives `undefined` when nobody listens there. @throws {Error} of the kernel */
export async function connectControl(path: string): Promise<Socket | undefined> {
  const socket = await connectLines(path)
  return socket?.on('error', () => {}) // 'close' follows
}

/** The answer to one request; `undefined` when no lab listens. Throws `LabError` when it is refused. */
export const ask = (path: string, request: Request): Promise<Answer | undefined> =>
  askLine<Answer>(path, request, patience)

/** Follows the lab until the connection ends; `onEnd` hears of that once. */
export function follow(
  socket: Socket,
  lifeline: 'lifeline' | 'onlooker',
  onAnswer: (answer: Answer) => void,
  onEnd: () => void,
): void {
  readLines(socket, (line) => onAnswer(JSON.parse(line) as Answer))
  socket.once('close', onEnd)
  writeLine(socket, { type: 'follow', lifeline: lifeline === 'lifeline' } satisfies Request)
}

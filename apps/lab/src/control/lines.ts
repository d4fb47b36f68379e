/**
 * Lines of a stream.
 * @module
 */
import type { Socket } from 'node:net'
import { maxLineLength } from './messages.ts'

/** Calls `onLine` with each whole line; a stream whose line grows too long is destroyed. */
export function readLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    if (rest.length > maxLineLength) socket.destroy(new Error(`a line has more than ${maxLineLength} characters`))
    for (const line of lines) onLine(line)
  })
}

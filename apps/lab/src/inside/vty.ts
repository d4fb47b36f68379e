/**
 * Asks an FRR daemon over its vty socket, as vtysh does: the command and a zero octet go out, the answer comes back and
 * ends with three zero octets and a status.
 * @module
 */
import { connect } from 'node:net'

/** An answer may take this long before the daemon counts as hung, in milliseconds. */
const patience = 5000

/** The daemon's answer to `command`. Rejects when it does not listen, hangs, or does not know the command. */
export function askDaemon(socketPath: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(`${command}\0`))
    const parts: Buffer[] = []
    socket.setTimeout(patience, () => socket.destroy(new Error(`${socketPath} did not answer in ${patience} ms`)))
    socket.on('data', (octets: Buffer) => {
      parts.push(octets)
      const answer = parts.length === 1 ? octets : Buffer.concat(parts)
      if (answer.length < 4 || answer.readUIntBE(answer.length - 4, 3) !== 0) return
      socket.destroy()
      const status = answer[answer.length - 1]!
      const text = answer.subarray(0, -4).toString()
      if (status === 0) resolve(text)
      else reject(new Error(`${socketPath} answered "${command}" with status ${status}: ${text.trim()}`))
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`${socketPath} closed before it answered "${command}"`)))
  })
}

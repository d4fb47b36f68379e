/** Both ends of a generator's control socket. @module */
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { createInterface } from 'node:readline'
import { LabError } from '../errors.ts'
import { type ControlReply, type ControlRequest, parseRequest } from './control.ts'

/** A path of `sun_path` holds so many octets (unix(7)), with a zero behind. */
const maxPath = 107
/** Octets of a line, either way. */
const maxLine = 65_536
const maxClients = 16
const replyTimeout = 5000

/** Answers requests at `path`; a socket that a killed generator left there is replaced. @throws {RangeError} on a long path */
export async function listenForControl(
  path: string,
  answer: (request: ControlRequest) => ControlReply,
): Promise<Server> {
  if (Buffer.byteLength(path) > maxPath) {
    throw new RangeError(`the control socket's path must be at most ${maxPath} octets, got ${path}`)
  }
  await rm(path, { force: true })
  const server = createServer((socket) => {
    let buffered = ''
    socket.setEncoding('utf8')
    socket.on('error', () => {}) // the client is gone; 'close' follows
    socket.on('data', (text: string) => {
      const lines = (buffered + text).split('\n')
      buffered = lines.pop()!
      for (const line of lines) socket.write(`${JSON.stringify(replyTo(line, answer))}\n`)
      if (buffered.length > maxLine) socket.destroy()
    })
  })
  server.maxConnections = maxClients
  server.listen(path)
  await once(server, 'listening')
  return server
}

/**
 * What the generator behind the socket at `path` answers.
 * @throws {LabError} `not-running` when none is there
 * @throws {Error} when none answers in 5 s
 */
export async function askGenerator(path: string, request: ControlRequest): Promise<ControlReply> {
  const socket = connect(path)
  socket.setTimeout(replyTimeout, () => socket.destroy(new Error(`no answer from ${path} within ${replyTimeout} ms`)))
  try {
    await once(socket, 'connect').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ECONNREFUSED') throw error
      const problem = `no traffic generator listens at ${path}`
      throw new LabError('not-running', `${problem}; is the lab still starting? vagus lab ls`, { cause: error })
    })
    socket.write(`${JSON.stringify(request)}\n`)
    for await (const line of createInterface({ input: socket })) return JSON.parse(line) as ControlReply
    throw new Error(`the generator at ${path} closed the connection without an answer`)
  } finally {
    socket.destroy()
  }
}

function replyTo(line: string, answer: (request: ControlRequest) => ControlReply): ControlReply {
  try {
    return answer(parseRequest(line))
  } catch (error) {
    if (error instanceof RangeError) return { type: 'refused', because: error.message }
    throw error
  }
}

/**
 * Unix sockets of the lab's processes: a JSON object per line is a request, and its answer is one line, too.
 *
 *   → {"command":"stop"}
 *   ← {"type":"refused","code":"usage","message":"\"command\" must be stats or surge"}
 * @module
 */
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { LabError, type LabErrorCode } from '../errors.ts'

/** The field `sun_path` holds a path of so many octets (unix(7)) and a zero. */
const maxPath = 107
/** Characters; no message is longer. */
const maxLineLength = 1 << 20
/** For a forwarder, the caller of `labUp`, and clients; more are closed at once. */
const maxConnections = 64
/** Errors that say that nobody listens, or that the other process has ended. */
const awayCodes: readonly (string | undefined)[] = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']

interface Refusal {
  readonly type: 'refused'
  readonly code: LabErrorCode
  readonly message: string
}

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

export const writeLine = (socket: Socket, message: unknown): void => void socket.write(`${JSON.stringify(message)}\n`)

/** `undefined` when nobody listens at `path`. @throws {Error} of the kernel */
export async function connectLines(path: string): Promise<Socket | undefined> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return socket
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}

/**
 * The answer to `request`; `undefined` when nobody listens at `path`, or the connection ends without one.
 * @param patience milliseconds
 * @throws {LabError} with the code of the refusal, or `failed` when no answer comes in time
 * @throws {Error} of the kernel
 */
export async function askLine<Answer>(path: string, request: unknown, patience: number): Promise<Answer | undefined> {
  const socket = await connectLines(path)
  if (socket === undefined) return undefined
  try {
    const line = await new Promise<string | undefined>((resolve, reject) => {
      readLines(socket, resolve)
      socket.on('error', (error) => (isAway(error) ? resolve(undefined) : reject(error)))
      socket.once('close', () => resolve(undefined))
      socket.setTimeout(patience, () =>
        reject(new LabError('failed', `no answer from ${path} in ${patience / 1000} s`)),
      )
      writeLine(socket, request)
    })
    if (line === undefined) return undefined
    const answer = JSON.parse(line) as Answer | Refusal
    if (isRefusal(answer)) throw new LabError(answer.code, answer.message)
    return answer
  } finally {
    socket.destroy()
  }
}

/**
 * Answers requests at `path`; a socket that a killed process left there is replaced. What `answer` throws becomes a
 * refusal that says why. When it gives `undefined`, nothing is written.
 * @throws {RangeError} on a long path
 * @throws {Error} of the kernel
 */
export async function serveLines(
  path: string,
  answer: (request: Readonly<Record<string, unknown>>, socket: Socket) => unknown,
): Promise<Server> {
  if (Buffer.byteLength(path) > maxPath) {
    throw new RangeError(`the control socket's path must be at most ${maxPath} octets, got ${path}`)
  }
  const serve = async (line: string, socket: Socket): Promise<void> => {
    try {
      const reply = await answer(requestOf(line), socket)
      if (reply !== undefined) writeLine(socket, reply)
    } catch (error) {
      const code = error instanceof LabError ? error.code : 'failed'
      writeLine(socket, { type: 'refused', code, message: (error as Error).message } satisfies Refusal)
    }
  }
  await rm(path, { force: true })
  const server = createServer((socket) => {
    socket.on('error', () => {}) // the client has gone; 'close' follows
    readLines(socket, (line) => void serve(line, socket))
  })
  server.maxConnections = maxConnections
  server.listen(path)
  await once(server, 'listening')
  return server
}

/** @throws {LabError} `usage` */
function requestOf(line: string): Readonly<Record<string, unknown>> {
  let request: unknown
  try {
    request = JSON.parse(line)
  } catch (cause) {
    throw new LabError('usage', 'a request must be a line of JSON', { cause })
  }
  if (typeof request !== 'object' || request === null) throw new LabError('usage', 'a request must be a JSON object')
  return request as Readonly<Record<string, unknown>>
}

const isAway = (error: unknown): boolean => awayCodes.includes((error as NodeJS.ErrnoException).code)

const isRefusal = (answer: unknown): answer is Refusal => (answer as Refusal | null)?.type === 'refused'

/** Passes a question on to the agent of one device, at its control socket. @module */

const { request } = process.getBuiltinModule('node:http')

/** Milliseconds. */
const patience = 5000

export interface AgentAnswer {
  readonly status: number
  readonly body: string
}

/** System errors without the path, which the caller adds. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nothing listens there',
  EACCES: 'the controller may not open it',
  ECONNRESET: 'the connection was cut',
}

/** `path` with its query. Rejects when nobody answers; the message says why, and not where. */
export function askAgent(socketPath: string, path: string): Promise<AgentAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: patience }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 500, body: Buffer.concat(parts).toString() }))
      response.on('error', reject)
    })
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${patience} ms`)))
    asked.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(reasons[error.code ?? ''] ?? error.message, { cause: error })),
    )
    asked.end()
  })
}

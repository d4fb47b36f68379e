/** Passes a question on to the agent of one device, at its control socket. @module */
import { request } from 'node:http'

/** Milliseconds. */
const patience = 5000

export interface AgentAnswer {
  readonly status: number
  readonly body: string
}

/** `path` with its query. Rejects when nobody answers. */
export function askAgent(socketPath: string, path: string): Promise<AgentAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: patience }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 500, body: Buffer.concat(parts).toString() }))
      response.on('error', reject)
    })
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${patience} ms`)))
    asked.on('error', reject)
    asked.end()
  })
}

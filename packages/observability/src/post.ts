/** One POST of JSON. @module */
import type { IncomingMessage } from 'node:http'
import { request as requestTls } from 'node:https'
import { gzipSync } from 'node:zlib'

const { request: requestPlain } = process.getBuiltinModule('node:http')

export type Reply =
  | { readonly type: 'answered'; readonly status: number; readonly text: string }
  | { readonly type: 'failed'; readonly problem: string }

interface Posted {
  readonly headers: Readonly<Record<string, string>>
  readonly compression: 'none' | 'gzip'
  readonly body: string
}

/** Octets of an answer that are read; of a longer one the rest is left. */
const maxAnswer = 65_536

/** Never rejects. */
export function post(url: string, { headers, compression, body }: Posted, signal: AbortSignal): Promise<Reply> {
  const content = compression === 'gzip' ? gzipSync(body) : Buffer.from(body)
  const fields = {
    ...headers,
    'content-type': 'application/json',
    'content-length': content.length,
    ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
  }
  return new Promise((resolve) => {
    const failed = ({ code, message }: NodeJS.ErrnoException): void =>
      resolve({ type: 'failed', problem: signal.aborted ? 'it did not answer in time' : (code ?? message) })
    const options = { method: 'POST', headers: fields, signal, agent: false } as const
    const take = (response: IncomingMessage): void => {
      const parts: Buffer[] = []
      let octets = 0
      response.on('data', (part: Buffer) => {
        octets += part.length
        if (octets <= maxAnswer) parts.push(part)
      })
      response.on('error', failed)
      response.on('end', () =>
        resolve({ type: 'answered', status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      )
    }
    try {
      const sent = (url.startsWith('https:') ? requestTls : requestPlain)(url, options, take)
      sent.on('error', failed)
      sent.on('socket', (socket) => socket.unref())
      sent.end(content)
    } catch (error) {
      failed(error as NodeJS.ErrnoException) // a port above 65535, or a field that has what no field may
    }
  })
}

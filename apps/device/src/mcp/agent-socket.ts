/** Asks the device agent of this host at its control socket. @module */
import { readTraceparent } from '@vagus/signals'

const { request } = process.getBuiltinModule('node:http')

/** Octets of an answer; a router's configuration of 256 KiB is written with escapes. More is not from a device agent. */
const maxAnswerOctets = 4 * 1024 * 1024

interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: object | undefined
  /** Milliseconds for the whole answer. */
  readonly within: number
  /** `traceparent` of the call that it is asked for. */
  readonly trace?: string | undefined
}

export type Answer =
  | { readonly status: number; readonly body: unknown }
  /** Nobody answered. `sent` says whether the agent may have got the question. */
  | { readonly status: 'unreachable' | 'late'; readonly sent: 'no' | 'maybe'; readonly problem: string }

/** @param signal ends the question; the answer is then `late` */
export type AskAgent = (question: Question, signal: AbortSignal) => Promise<Answer>

/** System errors without the path, which the sentence names. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nothing listens there',
  EACCES: 'this user may not open it',
  ECONNRESET: 'it ended before it answered',
}

/** What was not even connected was not sent. */
const notSent: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTSOCK'])

/** A program may say anything, also what no field may have: then the call is made without. */
const isTraceparent = (trace: string | undefined): trace is string =>
  trace !== undefined && readTraceparent(trace) !== undefined

/** @param socketPath as of `vagus device --control` */
export function agentAt(socketPath: string): AskAgent {
  return ({ method, path, body, within, trace }, asked) =>
    new Promise((resolve) => {
      const signal = AbortSignal.any([asked, AbortSignal.timeout(within)])
      const content = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        ...(isTraceparent(trace) ? { traceparent: trace } : {}),
        ...(content === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }), // of a DELETE, too
      }
      const failed = (error: NodeJS.ErrnoException): void => {
        const { code = '', message } = error
        const sent = notSent.has(code) ? 'no' : 'maybe'
        if (signal.aborted) resolve({ status: 'late', sent, problem: `no answer within ${within / 1000} s` })
        else resolve({ status: 'unreachable', sent, problem: reasons[code] ?? message })
      }
      const sent = request({ socketPath, method, path, headers, signal, agent: false }, (response) => {
        const parts: Buffer[] = []
        let octets = 0
        response.on('data', (part: Buffer) => {
          octets += part.length
          if (octets > maxAnswerOctets)
            response.destroy(new Error(`its answer is longer than ${maxAnswerOctets} octets`))
          else parts.push(part)
        })
        response.on('error', failed)
        response.on('end', () => {
          const text = Buffer.concat(parts).toString()
          try {
            resolve({ status: response.statusCode ?? 500, body: JSON.parse(text) as unknown })
          } catch {
            resolve({ status: 'unreachable', sent: 'maybe', problem: 'what answers there is no device agent' })
          }
        })
      })
      sent.on('error', failed)
      sent.end(content)
    })
}

/** A request to a controller at `http://HOST:PORT`, `https://HOST/PATH` or `unix:PATH`. @module */
import { type IncomingMessage, request } from 'node:http'
import { Agent, request as requestOverTls } from 'node:https'
import { type Proxy, trustSystem } from '@vagus/transport'
import { tlsProblem } from './tls-problem.ts'

export interface ControllerRequest {
  readonly method: string
  /** `/v1/agents/writer`. */
  readonly path: string
  /** A signed text. */
  readonly body?: string | undefined
  readonly signal: AbortSignal
  readonly maxOctets: number
}

/** Of https; the process has one, as it has one network. */
let agent: Agent | undefined

/** The proxy on the way to controllers at `https://…`, from now on. */
export function reachControllersThrough({ url, except = [] }: Proxy): void {
  agent = new Agent({ proxyEnv: { HTTPS_PROXY: url, NO_PROXY: ['localhost', '127.0.0.1', ...except].join(',') } })
}

/** @throws {Error} nobody answers there, or with more than may be */
export async function requestController(
  address: string,
  { method, path, body, signal, maxOctets }: ControllerRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const isUnix = address.startsWith('unix:')
  const base = isUnix ? 'http://localhost' : address.replace(/\/*$/, '')
  const url = new URL(`${base}${path}`)
  const isSecure = url.protocol === 'https:'
  if (isSecure) trustSystem()
  const sent = (isSecure ? requestOverTls : request)(url, {
    method,
    signal,
    ...(isSecure && agent !== undefined && { agent }),
    headers: body === undefined ? {} : { 'content-type': 'application/jose' },
    ...(isUnix ? { socketPath: address.slice('unix:'.length) } : {}),
  })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve)
    sent.on('error', (error) => {
      const tls = tlsProblem(error)
      const why = tls === undefined ? `${error.message}${hintOf(error, url)}` : `${tls.problem}; ${tls.fix}`
      reject(new Error(`no controller answers at ${address}: ${why}`))
    })
    sent.end(body)
  })
  const parts: Buffer[] = []
  let octets = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    octets += part.length
    if (octets > maxOctets) throw new Error(`the controller at ${address} answers with more than ${maxOctets} octets`)
    parts.push(part)
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }
}

/** A controller listens for its own host only, unless it is told otherwise. */
const hintOf = (error: NodeJS.ErrnoException, { hostname }: URL): string =>
  error.code === 'ECONNREFUSED' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
    ? ' (does "listen" in its vagus.yaml name this address?)'
    : ''

/** A request to a controller at `http://HOST:PORT`, `https://HOST/PATH` or `unix:PATH`. @module */
import type { Agent as HttpAgent, IncomingMessage } from 'node:http'
import { Agent as AgentOverTls, request as requestOverTls } from 'node:https'
import { type Proxy, trustSystem } from '@vagus/transport'
import { tlsProblem } from './tls-problem.ts'

const { Agent, request } = process.getBuiltinModule('node:http')

/**
 * As node's own agents, but these probe each connection every second while it waits for an answer: a side-car whose roster
 * question is open would send two packets a second, and no radio would ever sleep. Milliseconds.
 */
const connections = { keepAlive: true, keepAliveMsecs: 60_000, scheduling: 'lifo', timeout: 5000 } as const
/** `false`: a connection for each request. The process has one way to controllers, as it has one network. */
const agents: {
  readonly plain: Readonly<Record<Connections, HttpAgent | false>>
  overTls: Readonly<Record<Connections, AgentOverTls | false>>
} = {
  plain: { kept: new Agent(connections), once: false },
  overTls: { kept: new AgentOverTls(connections), once: false },
}

/**
 * `kept`: for the next request, if it comes within five seconds. `once`: closed with the answer, where each further packet
 * would wake a radio.
 */
export type Connections = 'kept' | 'once'

export interface ControllerRequest {
  readonly method: string
  /** `/v1/agents/writer`. */
  readonly path: string
  /** A signed text. */
  readonly body?: string | undefined
  readonly signal: AbortSignal
  readonly maxOctets: number
  /** Default `kept`. */
  readonly connections?: Connections | undefined
}

/** The proxy on the way to controllers at `https://…`, from now on. */
export function reachControllersThrough({ url, except = [] }: Proxy): void {
  const proxyEnv = { HTTPS_PROXY: url, NO_PROXY: ['localhost', '127.0.0.1', ...except].join(',') }
  agents.overTls = { kept: new AgentOverTls({ ...connections, proxyEnv }), once: new AgentOverTls({ proxyEnv }) }
}

/** @throws {Error} nobody answers there, or with more than may be */
export async function requestController(
  address: string,
  { method, path, body, signal, maxOctets, connections: kept = 'kept' }: ControllerRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const isUnix = address.startsWith('unix:')
  const base = isUnix ? 'http://localhost' : address.replace(/\/*$/, '')
  const url = new URL(`${base}${path}`)
  const isSecure = url.protocol === 'https:'
  if (isSecure) trustSystem()
  const sent = (isSecure ? requestOverTls : request)(url, {
    agent: agents[isSecure ? 'overTls' : 'plain'][kept],
    method,
    signal,
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

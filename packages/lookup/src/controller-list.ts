/**
 * The list of a controller, where agents publish their documents and look up others. The controller is trusted only to
 * say which of several agents has a name. Every document is verified again here, and must claim the name itself.
 * @module
 */
import { type IncomingMessage, request } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { type Found, type Lookup } from '@vagus/agent'
import { unknownAgent } from '@vagus/api/problem-types'
import type { CompactJws } from '@vagus/identity'
import { Documents, goesBy } from './documents.ts'
import { NotBelieved } from './errors.ts'
import { tlsProblem } from './tls-problem.ts'

/** Milliseconds for which an answer is reused: a name is looked up again whenever a connection is opened. */
const freshFor = 2000
const answerWithin = 5000
const maxAnswerOctets = 262_144

export interface ControllerList extends Lookup {
  /** Puts the agent's newest document on the list. @throws {Error} with the controller's answer */
  publish(name: string, document: CompactJws, signal: AbortSignal): Promise<void>
  /** Reports the agent's sessions. @param report signed by the agent @throws {Error} with the controller's answer */
  reportSessions(name: string, report: CompactJws, signal: AbortSignal): Promise<void>
}

/** @param address `http://127.0.0.1:7600`, `https://HOST/PATH`, or `unix:PATH` */
export function controllerList(address: string): ControllerList {
  const documents = new Documents()
  const answers = new Map<string, { readonly at: number; readonly found: readonly Found[] }>()
  return {
    async find(name, { signal }) {
      const now = Date.now()
      const known = answers.get(name)
      if (known !== undefined && now - known.at < freshFor) return known.found
      const { status, answer } = await ask(address, 'GET', encodeURIComponent(name), undefined, signal)
      // any other 404 is of a proxy or a wrong path, and says nothing about the agent
      if (status !== 200 && !(status === 404 && answer.type === unknownAgent))
        throw new Error(otherAnswer(address, name, status, answer))
      const document = status === 200 ? answer.document : undefined
      const taken = typeof document === 'string' ? documents.take(document, now) : undefined
      if (taken !== undefined && 'problem' in taken)
        throw new NotBelieved(
          `the document of ${name} at the controller at ${address} is not believed: ${taken.problem}`,
          taken.ended,
        )
      const found = taken !== undefined && goesBy(taken.identity, name) ? [{ document: taken.identity.document }] : []
      if (answers.size > 10_000) answers.clear()
      answers.set(name, { at: now, found })
      return found
    },
    async publish(name, document, signal) {
      const { status, answer } = await ask(address, 'PUT', encodeURIComponent(name), document, signal)
      if (status === 200 || status === 201) return
      throw new Error(`the controller at ${address} does not list ${name}: ${answer.detail ?? `HTTP ${status}`}`)
    },
    async reportSessions(name, report, signal) {
      const { status, answer } = await ask(address, 'PUT', `${encodeURIComponent(name)}/sessions`, report, signal)
      if (status >= 200 && status < 300) return
      throw new Error(`the controller at ${address} takes no report of ${name}: ${answer.detail ?? `HTTP ${status}`}`)
    },
  }
}

/** An Agent, or the Problem that keeps it from us; nothing where it is neither. */
interface Answer {
  readonly apiVersion?: unknown
  readonly type?: unknown
  readonly document?: unknown
  readonly detail?: string
}

function otherAnswer(address: string, name: string, status: number, { detail }: Answer): string {
  const path = `/v1/agents/${encodeURIComponent(name)}`
  const why = typeof detail === 'string' ? ` (${detail.slice(0, 200)})` : ''
  const advice = status === 404 ? '; a Vagus controller has that path: check the address' : ''
  return `the controller at ${address} answers GET ${path} with HTTP ${status}${why}${advice}`
}

function answerIn(text: string): Answer {
  try {
    return (JSON.parse(text) as Answer | null) ?? {}
  } catch {
    return {}
  }
}

/** @throws {Error} nobody answers there, or somebody else than a controller of ours */
async function ask(
  address: string,
  method: string,
  /** Below `/v1/agents/`. */
  path: string,
  body: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const isUnix = address.startsWith('unix:')
  const base = isUnix ? 'http://localhost' : address.replace(/\/*$/, '')
  const url = new URL(`${base}/v1/agents/${path}`)
  const sent = (url.protocol === 'https:' ? requestOverTls : request)(url, {
    method,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithin)]),
    headers: body === undefined ? {} : { 'content-type': 'application/jose' },
    ...(isUnix ? { socketPath: address.slice('unix:'.length) } : {}),
  })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve)
    sent.on('error', (error) => {
      const tls = tlsProblem(error)
      const why = tls === undefined ? error.message : `${tls.problem}; ${tls.fix}`
      reject(new Error(`no controller answers at ${address}: ${why}`))
    })
    sent.end(body)
  })
  const parts: Buffer[] = []
  let octets = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    octets += part.length
    if (octets > maxAnswerOctets)
      throw new Error(`the controller at ${address} answers with more than ${maxAnswerOctets} octets`)
    parts.push(part)
  }
  const status = response.statusCode ?? 0
  const answer = answerIn(Buffer.concat(parts).toString('utf8'))
  if ((status === 200 || status === 201) && answer.apiVersion !== 'vagus/v1')
    throw new Error(`${address} answers, but is no Vagus controller`)
  return { status, answer }
}

/**
 * The list of a controller, where agents publish their documents and look up others. The controller is trusted only to
 * say which of several agents has a name, and which of them it has heard of lately. Every document is verified again here,
 * and must claim the name, the skill or the role itself.
 * @module
 */
import { type IncomingMessage, request } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { type Found, type Lookup } from '@vagus/agent'
import { unknownAgent } from '@vagus/api/problem-types'
import type { CompactJws } from '@vagus/identity'
import { type Claim, claimText, hasClaim } from './claim.ts'
import { type Claimant, type Directory, maxClaimants } from './directory.ts'
import { Documents, goesBy } from './documents.ts'
import { NotBelieved } from './errors.ts'
import { tlsProblem } from './tls-problem.ts'

/** Milliseconds for which an answer is reused: a name is looked up again whenever a connection is opened. */
const freshFor = 2000
const answerWithin = 5000
const maxAnswerOctets = 262_144
/** Of a list of `maxClaimants` agents, whose addresses and skills are as long as they please. */
const maxListOctets = 2_097_152
/** Documents that are asked for at the same time. */
const atOnce = 8

export interface ControllerList extends Lookup, Directory {
  /** Puts the agent's newest document on the list. @throws {Error} with the controller's answer */
  publish(name: string, document: CompactJws, signal: AbortSignal): Promise<void>
  /** Reports the agent's sessions. @param report signed by the agent @throws {Error} with the controller's answer */
  reportSessions(name: string, report: CompactJws, signal: AbortSignal): Promise<void>
}

/** @param address `http://127.0.0.1:7600`, `https://HOST/PATH`, or `unix:PATH` */
export function controllerList(address: string): ControllerList {
  const documents = new Documents()
  const answers = new Map<string, { readonly at: number; readonly found: readonly Found[] }>()
  /** The agent of an entry of the list, from its document; `undefined`: it left the list meanwhile. */
  const claimantOf = async ({ name, id, epoch, state }: Entry, signal: AbortSignal): Promise<Claimant | undefined> => {
    const now = Date.now()
    const known = documents.newest(id, now)
    if (known !== undefined && known.epoch >= epoch) return { name, identity: known, state }
    const { status, answer } = await ask(address, 'GET', pathOf(id), undefined, signal)
    if (status === 404 && answer.type === unknownAgent) return undefined
    if (status !== 200) throw new Error(otherAnswer(address, pathOf(id), status, answer))
    const taken = documents.take(String(answer.document), now)
    if ('identity' in taken) return { name, identity: taken.identity, state }
    throw new NotBelieved(`the document of ${name} at the controller at ${address} is not believed: ${taken.problem}`)
  }
  return {
    async search(claim, { signal }) {
      const query = new URLSearchParams({ ...claim, n: String(maxClaimants) })
      const path = `?${query.toString()}`
      const { status, answer } = await ask(address, 'GET', path, undefined, signal, maxListOctets)
      if (status !== 200) throw new Error(otherAnswer(address, path, status, answer))
      const entries = entriesOf(answer.items)
      const gaps = typeof answer.more === 'number' && answer.more > 0 ? [moreText(address, claim, answer.more)] : []
      const claimants: Claimant[] = []
      for (let at = 0; at < entries.length; at += atOnce) {
        const some = entries.slice(at, at + atOnce).map((entry) =>
          claimantOf(entry, signal).catch((error: Error) => {
            if (!(error instanceof NotBelieved)) throw error
            gaps.push(error.message)
            return undefined
          }),
        )
        for (const one of await Promise.all(some))
          if (one !== undefined && goesBy(one.identity, one.name) && hasClaim(one.identity, claim)) claimants.push(one)
      }
      return { claimants, gaps, near: [] }
    },
    async find(name, { signal }) {
      const now = Date.now()
      const known = answers.get(name)
      if (known !== undefined && now - known.at < freshFor) return known.found
      const { status, answer } = await ask(address, 'GET', pathOf(name), undefined, signal)
      // any other 404 is of a proxy or a wrong path, and says nothing about the agent
      if (status !== 200 && !(status === 404 && answer.type === unknownAgent))
        throw new Error(otherAnswer(address, pathOf(name), status, answer))
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
      const { status, answer } = await ask(address, 'PUT', pathOf(name), document, signal)
      if (status === 200 || status === 201) return
      throw new Error(`the controller at ${address} does not list ${name}: ${answer.detail ?? `HTTP ${status}`}`)
    },
    async reportSessions(name, report, signal) {
      const { status, answer } = await ask(address, 'PUT', `${pathOf(name)}/sessions`, report, signal)
      if (status >= 200 && status < 300) return
      throw new Error(`the controller at ${address} takes no report of ${name}: ${answer.detail ?? `HTTP ${status}`}`)
    },
  }
}

/** Below `/v1/agents`. */
const pathOf = (name: string): string => `/${encodeURIComponent(name)}`

const moreText = (address: string, claim: Claim, more: number): string =>
  `the controller at ${address} lists ${more} more agents with ${claimText(claim)}`

/** What is used of an entry of the list. */
interface Entry extends Pick<Claimant, 'name' | 'state'> {
  readonly id: string
  readonly epoch: number
}

const states: readonly unknown[] = ['reachable', 'silent', 'away'] satisfies readonly Claimant['state'][]

/** Those that are read as entries, and no more than were asked for. */
function entriesOf(items: unknown): readonly Entry[] {
  if (!Array.isArray(items)) return []
  return items.slice(0, maxClaimants).flatMap((item: unknown) => {
    const { name, id, epoch, state } = (item ?? {}) as Readonly<Record<string, unknown>>
    if (typeof name !== 'string' || typeof id !== 'string' || typeof epoch !== 'number') return []
    return [{ name, id, epoch, state: states.includes(state) ? (state as Entry['state']) : 'unknown' }]
  })
}

/** An Agent, an AgentList, or the Problem that keeps it from us; nothing where it is neither. */
interface Answer {
  readonly apiVersion?: unknown
  readonly type?: unknown
  readonly document?: unknown
  readonly items?: unknown
  readonly more?: unknown
  readonly detail?: string
}

function otherAnswer(address: string, below: string, status: number, { detail }: Answer): string {
  const path = `/v1/agents${below}`
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
  /** Below `/v1/agents`. */
  path: string,
  body: string | undefined,
  signal: AbortSignal,
  maxOctets = maxAnswerOctets,
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const isUnix = address.startsWith('unix:')
  const base = isUnix ? 'http://localhost' : address.replace(/\/*$/, '')
  const url = new URL(`${base}/v1/agents${path}`)
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
  const status = response.statusCode ?? 0
  const answer = answerIn(Buffer.concat(parts).toString('utf8'))
  if ((status === 200 || status === 201) && answer.apiVersion !== 'vagus/v1')
    throw new Error(`${address} answers, but is no Vagus controller`)
  return { status, answer }
}

/** A controller listens for its own host only, unless it is told otherwise. */
const hintOf = (error: NodeJS.ErrnoException, { hostname }: URL): string =>
  error.code === 'ECONNREFUSED' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
    ? ' (does "listen" in its vagus.yaml name this address?)'
    : ''

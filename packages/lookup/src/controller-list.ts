/**
 * The list of a controller, where agents publish their documents and look up others. The controller is trusted only to
 * say which of several agents has a name, and which of them it has heard of lately. Every document is verified again here,
 * and must claim the name, the skill or the role itself.
 * @module
 */
import { type FoundAgent, type Lookup } from '@vagus/agent'
import { unknownAgent } from '@vagus/api/problem-types'
import { nearestOf } from '@vagus/api/nearest'
import type { AgentId, CompactJws, Identity } from '@vagus/identity'
import { type Claim, claimsOf, claimText, hasClaim } from './claim.ts'
import { type Connections, requestController } from './controller-request.ts'
import { type Among, type Claimant, type Directory, maxClaimants } from './directory.ts'
import { Documents, goesBy } from './documents.ts'
import { NotBelieved } from './errors.ts'

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

/**
 * @param address `http://127.0.0.1:7600`, `https://HOST/PATH`, or `unix:PATH`
 * @param connections what becomes of those over which reports go
 */
export function controllerList(address: string, connections: Connections = 'kept'): ControllerList {
  const documents = new Documents()
  const answers = new Map<string, { readonly at: number; readonly found: readonly FoundAgent[] }>()
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
  /** What the list says, so many agents at most. `problem`: it does not answer that. */
  const listed = async (
    claim: Claim & { readonly fleet?: AgentId },
    signal: AbortSignal,
  ): Promise<Listed | Unlisted> => {
    const query = new URLSearchParams({ ...claim, n: String(maxClaimants) })
    const path = `?${query.toString()}`
    const { status, answer } = await ask(address, 'GET', path, undefined, signal, maxListOctets)
    if (status !== 200) return { problem: otherAnswer(address, path, status, answer) }
    return { entries: entriesOf(answer.items), more: typeof answer.more === 'number' ? answer.more : 0 }
  }
  /** The word of others that is likely meant: their claims are not verified, and nobody is called by this. */
  const near = async (claim: Claim, signal: AbortSignal, among: Among | undefined): Promise<readonly string[]> => {
    const all = await listed({}, signal)
    if ('problem' in all) return []
    const known = among === undefined ? all.entries : all.entries.filter(({ id }) => among.has(id))
    const word = nearestOf(claimText(claim), new Set(known.flatMap((entry) => claimsOf(entry))))
    return word === undefined ? [] : [word]
  }
  return {
    async search(claim, { signal, among }) {
      const all = await listed(claim, signal)
      if ('problem' in all) throw new Error(all.problem)
      // Its roster may be older than ours: so only what the list leaves out is asked for by it.
      const members = among && all.more > 0 ? await listed({ ...claim, fleet: among.owner }, signal) : undefined
      const { more, entries } = among === undefined ? all : within(among, all, members)
      const gaps = more > 0 ? [moreText(address, claim, more)] : []
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
      return { claimants, gaps, near: claimants.length > 0 ? [] : await near(claim, signal, among) }
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
      const { status, answer } = await ask(
        address,
        'PUT',
        `${pathOf(name)}/sessions`,
        report,
        signal,
        maxAnswerOctets,
        connections,
      )
      if (status >= 200 && status < 300) return
      throw new Error(`the controller at ${address} takes no report of ${name}: ${answer.detail ?? `HTTP ${status}`}`)
    },
  }
}

/** Below `/v1/agents`. */
const pathOf = (name: string): string => `/${encodeURIComponent(name)}`

interface Listed {
  readonly entries: readonly Entry[]
  /** Left out. */
  readonly more: number
}
interface Unlisted {
  readonly problem: string
}

/** Members first of all those that the controller knows as such; one of an older version, or without the roster, knows none. */
function within(among: Among, all: Listed, members: Listed | Unlisted | undefined): Listed {
  const known = members === undefined || 'problem' in members ? undefined : members
  const byId = new Map([...(known?.entries ?? []), ...all.entries].map((entry) => [entry.id, entry]))
  const entries = [...byId.values()].filter(({ id }) => among.has(id))
  const shown = entries.slice(0, maxClaimants)
  return { entries: shown, more: (known ?? all).more + entries.length - shown.length }
}

const moreText = (address: string, claim: Claim, more: number): string =>
  `the controller at ${address} lists ${more} more agents with ${claimText(claim)}`

/** What is used of an entry of the list. */
interface Entry extends Pick<Claimant, 'name' | 'state'>, Pick<Identity, 'skills' | 'role'> {
  readonly id: string
  readonly epoch: number
}

const states: readonly unknown[] = ['reachable', 'silent', 'away'] satisfies readonly Claimant['state'][]

/** Those that are read as entries, and no more than were asked for. */
function entriesOf(items: unknown): readonly Entry[] {
  if (!Array.isArray(items)) return []
  return items.slice(0, maxClaimants).flatMap((item: unknown) => {
    const { name, id, epoch, state, skills, role } = (item ?? {}) as Readonly<Record<string, unknown>>
    if (typeof name !== 'string' || typeof id !== 'string' || typeof epoch !== 'number') return []
    const words = Array.isArray(skills) ? skills.filter((one: unknown) => typeof one === 'string') : []
    return [
      {
        name,
        id,
        epoch,
        state: states.includes(state) ? (state as Entry['state']) : 'unknown',
        skills: words,
        role: typeof role === 'string' ? role : '',
      },
    ]
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
  connections: Connections = 'kept',
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const { status, text } = await requestController(address, {
    method,
    path: `/v1/agents${path}`,
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithin)]),
    maxOctets,
    connections,
  })
  const answer = answerIn(text)
  if ((status === 200 || status === 201) && answer.apiVersion !== 'vagus/v1')
    throw new Error(`${address} answers, but is no Vagus controller`)
  return { status, answer }
}

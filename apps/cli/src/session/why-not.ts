/** Why the data of a session does not use a better path. Pure. @module */
import type { Session, SessionPath } from '@vagus/api'
import { nameOfEnd } from '@vagus/api/session-pairs'
import { type Grade, grades, hasKind, isOf } from './grades.ts'
import { traversalReason } from './nat-text.ts'

export interface Reach {
  /** Views of the session, that of the asking agent first. At least one. */
  readonly views: readonly Session[]
  /** Id of the agent to reach. */
  readonly to: string
  /** Addresses of its document, as `triedAddresses` returns them. */
  readonly addresses: readonly string[] | null
}

export interface WhyNot {
  /** The better kind of path. */
  readonly instead: Grade['name']
  /** `null`: there is none of that kind. */
  readonly address: string | null
  /** The problem with the address, or why there is none. */
  readonly reason: string
}

/** Maximum paths that one side opens, relays included (@vagus/agent). */
const maxOpened = 4

/** The path that carries data now, and for each better kind why it is not used. */
export function whyNotBetter(reach: Reach): {
  readonly path: SessionPath | null
  readonly whyNot: readonly WhyNot[]
} {
  const path = reach.views.flatMap(({ paths }) => paths).find(({ primary }) => primary) ?? null
  const now = path === null ? grades.length : grades.findIndex((grade) => hasKind(grade, path))
  return { path, whyNot: grades.slice(0, now).flatMap((grade) => reasonsOf(grade, reach)) }
}

function reasonsOf(grade: Grade, reach: Reach): readonly WhyNot[] {
  const { views, to, addresses } = reach
  const named = (addresses ?? []).filter((address) => isOf(grade, address))
  const own = views.filter(({ agent }) => agent.id !== to).flatMap(({ paths }) => paths)
  const other = views.filter(({ agent }) => agent.id === to).flatMap(({ paths }) => paths)
  const instead = grade.name
  const ofNamed = named.map((address): WhyNot => {
    const path = own.find(({ remote }) => remote === address) ?? other.find(({ local }) => local === address)
    return {
      instead,
      address,
      reason: path === undefined ? withoutPath(address, grade, reach) : stateReasons[stateOf(path)],
    }
  })
  // Paths opened by the other side lead to addresses that no document names.
  const others = own
    .filter((path) => hasKind(grade, path) && !named.includes(path.remote))
    .map((path): WhyNot => ({ instead, address: path.remote, reason: stateReasons[stateOf(path)] }))
  const reasons = [...(grade.name === 'udp' ? throughNat(reach) : []), ...ofNamed, ...others]
  if (reasons.length > 0) return reasons
  if (addresses === null) return [{ instead, address: null, reason: 'the document is unknown: no controller has it' }]
  return [{ instead, address: null, reason: `the document names no ${grade.addresses} address` }]
}

/** Beside addresses of documents, agents at relays look for a way through their NATs. */
function throughNat({ views }: Reach): readonly WhyNot[] {
  const view = views.find(({ traversal }) => traversal !== undefined)
  if (view?.traversal === undefined) return []
  const names = { own: nameOfEnd(view.agent), peer: nameOfEnd(view.peer) }
  return [{ instead: 'udp', address: null, reason: traversalReason(view.traversal, names) }]
}

const stateReasons = {
  validating: 'is being tried now',
  suspect: 'was tried and is suspect: an answer is late',
  dead: 'was tried and is dead: retries become ever rarer',
  standby: 'is alive, on standby until no other path is left',
  alive: 'is alive but not used: it failed shortly before, or is about to be left',
} as const

const stateOf = ({ state, status }: SessionPath): keyof typeof stateReasons =>
  state === 'alive' && status === 'standby' ? 'standby' : state

/** An agent forgets addresses that did not answer, so only some reasons are known. */
function withoutPath(address: string, grade: Grade, { views, addresses }: Reach): string {
  if (/^\w+:\/\/(127\.|\[::1\]|localhost\b)/.test(address))
    return 'has no path: it can be reached only from its own host'
  if (grade.name === 'tcp' && addresses?.some((other) => isOf(grades[0], other)))
    return 'has no path: beside udp it is opened only for bulk, or when udp falls silent'
  const { paths } = views[0]!
  if (paths.length >= maxOpened)
    return `has no path: there are ${paths.length} others, and one side opens at most ${maxOpened}`
  return 'has no path: it did not answer, or is newer than the session and was never tried'
}

/**
 * Who may call the local servers, and what these are told about the caller. The session has proven the caller's key; the
 * local server gets the name that follows from it in `Vagus-Agent`, and nobody else can set that field. What it says of
 * itself, role and name, comes beside it, and so do whose mandate it has, and with a roster its name and roles there, which
 * are proven, too, and somebody outside for whom it calls, if it is a gateway that may.
 * @module
 */
import type { Outsider } from '@vagus/access'
import type { Lookup, ServedExchange } from '@vagus/agent'
import { type AgentId, agentNameOf, covers, isAgentId } from '@vagus/identity'
import { Documents } from '@vagus/lookup'
import { type HeaderFields, spelledPlainly } from '../wire/header-fields.ts'
import { fieldsOfOutsider, outsiderFields } from '../wire/outsider.ts'
import { ProblemError } from '../wire/problem.ts'
import { ownTraceField } from '../observed/call-observer.ts'
import { serviceField } from '../roster/call-services.ts'
import type { Fleet } from '../roster/fleet.ts'
import { type AllowRule, allowRuleOf } from './allow-rule.ts'

type Peer = ServedExchange['peer']

const callerFields = {
  id: 'Vagus-Agent',
  role: 'Vagus-Agent-Role',
  name: 'Vagus-Agent-Name',
  under: 'Vagus-Agent-Under',
  can: 'Vagus-Agent-Can',
  memberName: 'Vagus-Member-Name',
  memberRoles: 'Vagus-Member-Roles',
} as const
const reserved = new Set(
  [...Object.values(callerFields), ...Object.values(outsiderFields), serviceField, ownTraceField].map(spelledPlainly),
)
const ofRoster: readonly string[] = [callerFields.memberName, callerFields.memberRoles]

/** Milliseconds for which a name that was looked up stands for the same agents. */
const freshFor = 2000
const lookupWithin = 5000

export interface CallerPolicy {
  /**
   * The fields for the local server. @param outsider for whom the peer says that it calls: without a roster nobody has let it
   * speak for others, and the call is its own; with one the policies decide whether it may
   * @throws {ProblemError} `refused`
   */
  admit(peer: Peer, headers: HeaderFields, outsider?: Outsider): Promise<HeaderFields>
  /** The same fields with what the newest roster says of the caller: content may come long after its head. */
  renewed(fields: HeaderFields): HeaderFields
}

/**
 * @param allowed as in `allow-rule.ts`; a name stands for whom `lookup` finds under it, not for whoever calls itself so.
 * Empty: whoever proves an identity. @param fleet whose names and roles the local server is told
 * @throws {TypeError} for a word that is no rule
 */
export function callerPolicy(
  allowed: readonly string[],
  lookup: Lookup,
  fleet?: Pick<Fleet, 'member' | 'watch'>,
): CallerPolicy {
  const rules = allowed.map((word) => ({ ...ruleOf(word), agents: agentsOf(ruleOf(word).who, lookup, fleet) }))
  /** `undefined`: it is served. */
  const refusalOf = async (peer: Peer): Promise<string | undefined> => {
    const problems: string[] = []
    for (const { agents, ...rule } of rules) {
      const isWho = async (id: AgentId): Promise<boolean> => id === rule.who || (await agents()).includes(id)
      const problem = await problemOfRule(rule, peer, isWho)
      if (problem === undefined) return undefined
      problems.push(problem)
    }
    return rules.length === 0 ? undefined : problems.filter((problem) => problem !== '').join('; ')
  }
  const renewed = (fields: HeaderFields): HeaderFields => {
    const others = fields.filter(([field]) => !ofRoster.includes(field))
    const [, id] = others.find(([field]) => field === callerFields.id) ?? []
    const member = id === undefined ? undefined : fleet?.member(id)
    if (member === undefined) return others
    return [...others, [callerFields.memberName, member.name], [callerFields.memberRoles, member.roles.join(' ')]]
  }
  return {
    renewed,
    async admit(peer, headers, outsider) {
      const { identity, mandate } = peer
      const refusal = await refusalOf(peer)
      if (refusal !== undefined) {
        const why = refusal === '' ? '' : `: ${refusal}`
        throw new ProblemError('refused', `${identity.id} is not among those whom this agent serves${why}`)
      }
      const name = agentNameOf(identity)
      return renewed([
        ...headers.filter(([field]) => !reserved.has(spelledPlainly(field))),
        [callerFields.id, identity.id],
        [callerFields.role, identity.role],
        ...(name === undefined ? [] : [[callerFields.name, name] as const]),
        ...(mandate === undefined
          ? []
          : ([
              [callerFields.under, mandate.root],
              [callerFields.can, mandate.capabilities.join(' ')],
            ] as const)),
        ...(outsider === undefined || fleet === undefined ? [] : fieldsOfOutsider(outsider)),
      ])
    },
  }
}

/** `undefined`: the rule admits the peer; else why not, in words only where a mandate is what it needs. */
async function problemOfRule(
  { who, needs }: AllowRule,
  { identity, mandate }: Peer,
  isWho: (id: AgentId) => Promise<boolean>,
): Promise<string | undefined> {
  if (needs === 'to be that agent') return (await isWho(identity.id)) ? undefined : ''
  const { mandateFor } = needs
  if (mandate === undefined) return `it speaks for itself, and has no mandate of ${who}`
  if (!(await isWho(mandate.root))) return `its mandate is of ${mandate.root}, not of ${who}`
  if (mandateFor === undefined || covers(mandate.capabilities, mandateFor)) return undefined
  return `its mandate of ${who} is for ${mandate.capabilities.join(', ')}, not for ${mandateFor}`
}

function ruleOf(word: string): AllowRule {
  const rule = allowRuleOf(word)
  if (rule === undefined) throw new TypeError(`"${word}" is neither an id, nor a name, nor under: one of these`)
  return rule
}

/** Names in `allowed`; ids need no look-up. */
export const namesOf = (allowed: readonly string[]): readonly string[] => [
  ...new Set(allowed.map((word) => ruleOf(word).who).filter((who) => !isAgentId(who))),
]

/** Lines for people on names under which nobody is found yet. @param which what they are, and what follows */
export async function notFoundOf(
  { names, which }: { readonly names: readonly string[]; readonly which: string },
  lookup: Lookup,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines = names.map(async (name) => {
    try {
      if ((await idsOf(name, { lookup, documents: new Documents(), signal })).length > 0) return []
      return [`nobody is found under the name ${name} yet, which is ${which}`]
    } catch (error) {
      const why = (error as Error).message
      return [`${name}, which is ${which}, cannot be looked up: ${why}`]
    }
  })
  return (await Promise.all(lines)).flat()
}

/**
 * Who goes by `name` now; nobody, where that cannot be found out, or where it is an id, which is compared itself. Names of a
 * fleet are those of its newest roster from the moment at which that comes.
 */
function agentsOf(name: string, lookup: Lookup, fleet?: Pick<Fleet, 'watch'>): () => Promise<readonly AgentId[]> {
  if (isAgentId(name)) return async () => []
  const documents = new Documents()
  let last: { readonly at: number; readonly ids: Promise<readonly AgentId[]> } | undefined
  let rosters = 0
  fleet?.watch(() => {
    rosters++
    last = undefined
  })
  return async () => {
    for (;;) {
      const now = Date.now()
      if (last === undefined || now - last.at > freshFor) {
        last = { at: now, ids: idsOf(name, { lookup, documents }).catch(() => []) }
      }
      const before = rosters
      const ids = await last.ids
      if (rosters === before) return ids // else a newer roster came while it was looked up
    }
  }
}

interface Where {
  readonly lookup: Lookup
  readonly documents: Documents
  readonly signal?: AbortSignal
}

/** @throws {Error} where `name` cannot be looked up */
async function idsOf(name: string, { lookup, documents, signal }: Where): Promise<readonly AgentId[]> {
  const within = AbortSignal.timeout(lookupWithin)
  const found = await lookup.find(name, { signal: signal === undefined ? within : AbortSignal.any([signal, within]) })
  return found.flatMap(({ document }) => {
    const taken = documents.take(document, Date.now())
    return 'identity' in taken ? [taken.identity.id] : []
  })
}

/**
 * Whether the policies of the fleet let an agent use a skill. The side-car decides by the skill that a request names; here it
 * is decided by the one that answers, as a text may name none.
 * @module
 */
import { type Access, rosterAccess } from '@vagus/access'
import { type AgentId, nextRoleEnd, type Roster } from '@vagus/identity'
import { a2aPath } from '../a2a/agent-card.ts'

export interface SkillPolicyParts {
  /** The newest of the owner; undefined: there is none here. */
  readonly roster: () => Roster | undefined
  /** The controller as a member. */
  readonly own: () => AgentId
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export class SkillPolicy {
  readonly #parts: SkillPolicyParts
  #compiled: { readonly roster: Roster; readonly access: Access; readonly until: number } | undefined

  constructor(parts: SkillPolicyParts) {
    this.#parts = parts
  }

  /** Undefined: they do. */
  refusalOf(caller: AgentId, operation: string, skill: string): string | undefined {
    const { roster: newest, own, now } = this.#parts
    const [roster, at] = [newest(), now()]
    if (roster === undefined || at >= roster.expiresAt) return 'there is no roster of the fleet that holds'
    if (this.#compiled?.roster !== roster || at >= this.#compiled.until) {
      const compiled = rosterAccess(roster, at)
      if (compiled.type === 'problems') return 'the policies of the fleet cannot be used'
      this.#compiled = { roster, access: compiled.access, until: nextRoleEnd(roster, at) ?? Infinity }
    }
    const call = { caller, called: own(), protocol: 'a2a', path: a2aPath, operation, skill } as const
    const { allowed, because } = this.#compiled.access.decide(call)
    return allowed ? undefined : because
  }
}

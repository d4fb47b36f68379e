/**
 * A set of compiled policies, and what it decides: nothing is allowed that no policy permits, and a policy that forbids beats
 * all that permit. A policy whose evaluation fails does not count; its failure is told (Cedar, "Authorization").
 * @module
 */
import { maxPolicyOctets } from '@vagus/identity'
import { compileExpression } from './compile-expression.ts'
import type { Entity, Request } from './entity.ts'
import { type Evaluate, junction } from './operators.ts'
import { PolicyIndex } from './policy-index.ts'
import { parsePolicies } from './policy-parser.ts'
import { type PolicyProblem, problemAt } from './problem.ts'
import { readsContent } from './reads-content.ts'
import type { PolicySyntax, Scope } from './syntax.ts'
import { Failure } from './value.ts'

export interface Decision {
  readonly allowed: boolean
  /** The ids of those that forbid; if there are none, of those that permit; in the order of the text. */
  readonly policies: readonly string[]
  readonly failures: readonly PolicyFailure[]
}

export interface PolicyFailure {
  /** The id of the policy. */
  readonly policy: string
  /** Of the text, from 1: where the policy begins. */
  readonly line: number
  readonly problem: string
}

export interface PolicySet {
  /** Scopes with an action that is none of `known`: such a policy holds for no call, and one that forbids lets pass. */
  strangeActions(known: ReadonlySet<string>): readonly PolicyProblem[]
  /** The number of policies. */
  readonly size: number
  /** Whether bodies of calls must be read to decide; see `reads-content.ts`. */
  readonly readsContent: boolean
  decide(request: Request): Decision
}

/** Compiles the text of policies, as in a roster. It never throws; all problems have their place. */
export function compilePolicies(
  text: string,
):
  | { readonly type: 'compiled'; readonly policies: PolicySet }
  | { readonly type: 'problems'; readonly problems: readonly PolicyProblem[] } {
  if (text.length > maxPolicyOctets) {
    const problem = `the policies have ${text.length} characters; at most ${maxPolicyOctets} are read`
    return { type: 'problems', problems: [{ line: 1, column: 1, problem }] }
  }
  const { policies, problems } = parsePolicies(text)
  if (problems.length > 0) return { type: 'problems', problems }
  return { type: 'compiled', policies: new CompiledPolicies(text, policies) }
}

interface CompiledPolicy {
  readonly syntax: PolicySyntax
  readonly position: number
  readonly line: number
  /** Of what the index does not look at, and the conditions. */
  readonly holds: Evaluate
}

class CompiledPolicies implements PolicySet {
  readonly size: number
  readonly readsContent: boolean
  readonly #index: PolicyIndex<CompiledPolicy>

  readonly #text: string
  readonly #policies: readonly PolicySyntax[]

  constructor(text: string, policies: readonly PolicySyntax[]) {
    this.#text = text
    this.#policies = policies
    this.size = policies.length
    this.readsContent = readsContent(policies)
    this.#index = new PolicyIndex(
      policies.map((syntax, position) => ({
        syntax,
        position,
        line: problemAt(text, syntax.offset, '').line,
        holds: conditionOf(syntax),
      })),
    )
  }

  strangeActions(known: ReadonlySet<string>): readonly PolicyProblem[] {
    return this.#policies.flatMap(({ action, offset }) => {
      const strange = action?.anyOf.find(({ type, id }) => type !== 'Action' || !known.has(id))
      if (strange === undefined) return []
      const problem = `${strange.key} is no action of a call; there are ${[...known].join(', ')}`
      return [problemAt(this.#text, offset, problem)]
    })
  }

  decide(request: Request): Decision {
    const permits: CompiledPolicy[] = []
    const forbids: CompiledPolicy[] = []
    const failures: PolicyFailure[] = []
    this.#index.visit(request.action, request.principal, request.resource, (policy) => {
      const outcome = policy.holds(request)
      if (outcome === true) (policy.syntax.effect === 'permit' ? permits : forbids).push(policy)
      else if (outcome instanceof Failure) {
        const { syntax, line } = policy
        failures.push({ policy: syntax.id, line, problem: outcome.problem })
      }
    })
    const allowed = permits.length > 0 && forbids.length === 0
    return { allowed, policies: idsOf(forbids.length > 0 ? forbids : permits), failures }
  }
}

function idsOf(policies: CompiledPolicy[]): readonly string[] {
  if (policies.length > 1) policies.sort((a, b) => a.position - b.position)
  return policies.map(({ syntax }) => syntax.id)
}

/** A condition that is no boolean is a failure, as in `&&`. */
function conditionOf({ principal, resource, conditions }: PolicySyntax): Evaluate {
  return junction(
    [
      ...scopeTests(principal, (request) => request.principal),
      ...scopeTests(resource, (request) => request.resource),
      ...conditions.map(compileExpression),
    ],
    'and',
  )
}

/** What the index leaves open: it finds what is in an entity, also where the scope wants that entity itself. */
function scopeTests({ exactly, type }: Scope, entityOf: (request: Request) => Entity): readonly Evaluate[] {
  if (exactly !== undefined) return [(request) => entityOf(request).uid.key === exactly.key]
  return type === undefined ? [] : [(request) => entityOf(request).uid.type === type]
}

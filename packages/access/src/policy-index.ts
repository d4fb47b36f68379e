/**
 * Finds the policies whose scope fits a request, without looking at the others: by the action, then by what the principal
 * must be in, then by what the resource must be in. A policy is in one place of the index only.
 * @module
 */
import type { Entity } from './entity.ts'
import type { PolicySyntax, Scope } from './syntax.ts'

/** What the index needs of a policy. */
export interface Indexed {
  readonly syntax: Pick<PolicySyntax, 'principal' | 'action' | 'resource'>
}

class Places<T extends Indexed> {
  /** Any resource. */
  readonly any: T[] = []
  readonly byResource = new Map<string, T[]>()

  add(policy: T): void {
    const key = keyOf(policy.syntax.resource)
    if (key === undefined) this.any.push(policy)
    else listIn(this.byResource, key, () => []).push(policy)
  }
}

export class PolicyIndex<T extends Indexed> {
  readonly #policies: readonly T[]
  /** By the action as an object: callers have few, and keep them. */
  readonly #ofActions = new WeakMap<Entity, ActionIndex<T>>()

  constructor(policies: readonly T[]) {
    this.#policies = policies
  }

  /** Calls `visit` with each policy of which action, principal and resource are in what its scope names. */
  visit(action: Entity, principal: Entity, resource: Entity, visit: (policy: T) => void): void {
    let index = this.#ofActions.get(action)
    if (index === undefined) {
      index = new ActionIndex(this.#policies.filter(({ syntax }) => fitsAction(syntax.action, action)))
      this.#ofActions.set(action, index)
    }
    index.visit(principal, resource, visit)
  }
}

class ActionIndex<T extends Indexed> {
  readonly #any = new Places<T>()
  readonly #byPrincipal = new Map<string, Places<T>>()

  constructor(policies: readonly T[]) {
    for (const policy of policies) {
      const key = keyOf(policy.syntax.principal)
      const places = key === undefined ? this.#any : listIn(this.#byPrincipal, key, () => new Places<T>())
      places.add(policy)
    }
  }

  visit(principal: Entity, resource: Entity, visit: (policy: T) => void): void {
    visitPlaces(this.#any, resource, visit)
    if (this.#byPrincipal.size === 0) return
    for (const key of principal.groups) {
      const places = this.#byPrincipal.get(key)
      if (places !== undefined) visitPlaces(places, resource, visit)
    }
  }
}

function visitPlaces<T extends Indexed>(
  { any, byResource }: Places<T>,
  resource: Entity,
  visit: (policy: T) => void,
): void {
  for (const policy of any) visit(policy)
  if (byResource.size === 0) return
  for (const key of resource.groups) for (const policy of byResource.get(key) ?? []) visit(policy)
}

/** The entity in which the scope's must be. `==` is narrower than `in`; the policy itself looks at that. */
const keyOf = ({ exactly, within }: Scope): string | undefined => (exactly ?? within)?.key

function fitsAction(scope: PolicySyntax['action'], action: Entity): boolean {
  if (scope === undefined) return true
  return scope.anyOf.some(({ key }) => (scope.isExactly ? key === action.uid.key : action.isIn(key)))
}

function listIn<T>(map: Map<string, T>, key: string, empty: () => T): T {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = empty()
  map.set(key, made)
  return made
}

/** The syntax tree of policies (Cedar, "Policy syntax"). @module */
import type { Pattern } from './pattern.ts'
import type { EntityUid, Value } from './value.ts'

export interface PolicySyntax {
  /** Of `@id("…")`; else `policy0`, by position. */
  readonly id: string
  readonly offset: number
  readonly effect: 'permit' | 'forbid'
  readonly principal: Scope
  /** The action must be in one of these, or be one where `isExactly`; undefined: any action. */
  readonly action: { readonly anyOf: readonly EntityUid[]; readonly isExactly: boolean } | undefined
  readonly resource: Scope
  /** All must be true, in this order. `unless` is a `not`. */
  readonly conditions: readonly Expression[]
}

/** Of the principal or the resource. */
export interface Scope {
  /** After `is`. */
  readonly type?: string
  /** After `==`. */
  readonly exactly?: EntityUid
  /** After `in`. */
  readonly within?: EntityUid
}

export type Variable = 'principal' | 'action' | 'resource' | 'context'
export type Comparison = '<' | '<=' | '>' | '>='
export type Method = 'contains' | 'containsAll' | 'containsAny' | 'isEmpty'

/** Chains of one operator are lists, so that long ones are not deep. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'variable'; readonly name: Variable }
  | { readonly kind: 'not' | 'negative'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[] }
  | { readonly kind: 'equal' | 'in'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'is'; readonly of: Expression; readonly type: string; readonly within?: Expression }
  | { readonly kind: 'has'; readonly of: Expression; readonly path: readonly string[] }
  | { readonly kind: 'like'; readonly of: Expression; readonly pattern: Pattern }
  | { readonly kind: 'sum'; readonly first: Expression; readonly rest: readonly Summand[] }
  | { readonly kind: 'product'; readonly factors: readonly Expression[] }
  | { readonly kind: 'if'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'method'; readonly name: Method; readonly of: Expression; readonly argument?: Expression }
  | { readonly kind: 'set'; readonly elements: readonly Expression[] }
  | { readonly kind: 'record'; readonly members: ReadonlyMap<string, Expression> }

export interface Summand {
  readonly operator: '+' | '-'
  readonly term: Expression
}

/** What policies ask about entities and records: attributes, types, and who is in what (Cedar, "Operators"). @module */
import type { Entity, Request } from './entity.ts'
import type { Evaluate } from './operators.ts'
import type { Variable } from './syntax.ts'
import { CedarRecord, CedarSet, emptyRecord, EntityUid, Failure, type Outcome, typeOf, wrongType } from './value.ts'

const readers: Readonly<Record<Variable, Evaluate>> = {
  principal: ({ principal }) => principal.uid,
  action: ({ action }) => action.uid,
  resource: ({ resource }) => resource.uid,
  context: ({ context }) => context,
}

export const variableReader = (name: Variable): Evaluate => readers[name]

/** @param owner how a failure names what should have the attribute; else by its type */
export function attribute(of: Evaluate, name: string, owner?: string): Evaluate {
  return (request) => {
    const value = of(request)
    const members = membersOf(request, value)
    if (members === undefined) return wrongType(value, 'a record or an entity')
    return members.get(name) ?? new Failure(`${owner ?? typeOf(value as CedarRecord)} has no ${JSON.stringify(name)}`)
  }
}

/** `has` with a path asks for each attribute in the one before, and is false where one is missing. */
export function presence(of: Evaluate, path: readonly string[]): Evaluate {
  return (request) => {
    let value: Outcome | undefined = of(request)
    for (const name of path) {
      const members = membersOf(request, value)
      if (members === undefined) return wrongType(value, 'a record or an entity')
      value = members.get(name)
      if (value === undefined) return false
    }
    return true
  }
}

export function typeTest(of: Evaluate, type: string): Evaluate {
  return (request) => {
    const value = of(request)
    return value instanceof EntityUid ? value.type === type : wrongType(value, 'an entity')
  }
}

/** `in`: the left entity is the right one or below it; or one of the right ones, where that is a set. */
export function membership(left: Evaluate, right: Evaluate): Evaluate {
  return (request) => {
    const uid = left(request)
    if (uid instanceof Failure) return uid
    const groups = right(request)
    if (!(uid instanceof EntityUid)) return wrongType(groups instanceof Failure ? groups : uid, 'an entity')
    if (groups instanceof EntityUid) return isIn(request, uid, groups)
    if (!(groups instanceof CedarSet)) return wrongType(groups, 'an entity or a set of entities')
    let found = false
    for (const group of groups) {
      if (!(group instanceof EntityUid)) return wrongType(group, 'a set of entities only')
      found ||= isIn(request, uid, group)
    }
    return found
  }
}

function isIn(request: Request, uid: EntityUid, group: EntityUid): boolean {
  return entityOf(request, uid)?.isIn(group.key) ?? uid.key === group.key
}

function membersOf(request: Request, value: Outcome): CedarRecord | undefined {
  if (value instanceof CedarRecord) return value
  return value instanceof EntityUid ? (entityOf(request, value)?.attributes ?? emptyRecord) : undefined
}

function entityOf({ principal, action, resource, entityOf }: Request, uid: EntityUid): Entity | undefined {
  const { key } = uid
  if (key === principal.uid.key) return principal
  if (key === resource.uid.key) return resource
  return key === action.uid.key ? action : entityOf(uid)
}

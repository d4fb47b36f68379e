/**
 * Cedar's own implementation as the oracle: random policies, and requests that both decide. Every difference throws, with what
 * led to it. Some run in the system tests; `npm run soak -- access` plays as many as one likes.
 * @module
 */
import assert from 'node:assert/strict'
import { policySetTextToParts, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { CedarRecord, CedarSet, compilePolicies, Entity, EntityUid, type PolicySet, type Value } from '../src/index.ts'
import {
  type EntityJson,
  type Json,
  pick,
  type Random,
  randomEntities,
  randomOf,
  randomPolicies,
  randomPolicy,
  randomRequest,
  type RequestJson,
  type UidJson,
} from './random-policies.ts'

const requestsOfSet = 20

export interface Compared {
  readonly decisions: number
  readonly allowed: number
  readonly denied: number
  /** Of the denied those where a policy forbids. */
  readonly forbidden: number
  /** Decisions in which at least one policy erred. */
  readonly erring: number
}

/** Has `count` requests decided by both: decision, determining policies and erring policies are the same. */
export function compareDecisions(count: number, seed: number): Compared {
  const random = randomOf(seed)
  const compared = { decisions: 0, allowed: 0, denied: 0, forbidden: 0, erring: 0 }
  while (compared.decisions < count) {
    const text = randomPolicies(random)
    const policies = compiled(text)
    const parsed = preparsePolicySet('oracle', { staticPolicies: text })
    assert.equal(parsed.type, 'success', `Cedar refuses what we accept: ${text}\n${JSON.stringify(parsed)}`)
    for (let left = requestsOfSet; left > 0; left--) {
      const entities = randomEntities(random)
      const request = randomRequest(random)
      const ours = decideHere(policies, entities, request)
      const theirs = decideThere(entities, request)
      const story = (): string => `seed ${seed}\n${text}\n${JSON.stringify({ request, entities })}`
      assert.deepEqual(ours, theirs, story())
      compared.decisions++
      compared[ours.allowed ? 'allowed' : 'denied']++
      compared.forbidden += !ours.allowed && ours.policies.length > 0 ? 1 : 0
      compared.erring += ours.erring.length > 0 ? 1 : 0
    }
  }
  return compared
}

function compiled(text: string): PolicySet {
  const answer = compilePolicies(text)
  assert.ok(answer.type === 'compiled', `${text}\n${JSON.stringify(answer)}`)
  return answer.policies
}

interface Outcome {
  readonly allowed: boolean
  readonly policies: readonly string[]
  readonly erring: readonly string[]
}

function decideThere(entities: readonly EntityJson[], { principal, action, resource, context }: RequestJson): Outcome {
  const answer = statefulIsAuthorized({
    principal,
    action,
    resource,
    context: context as Record<string, never>,
    entities: entities as never,
    preparsedPolicySetId: 'oracle',
  })
  assert.ok(answer.type === 'success', JSON.stringify(answer))
  const { decision, diagnostics } = answer.response
  return {
    allowed: decision === 'allow',
    policies: diagnostics.reason.toSorted(),
    erring: diagnostics.errors.map(({ policyId }) => policyId).sort(),
  }
}

function decideHere(policies: PolicySet, entities: readonly EntityJson[], request: RequestJson): Outcome {
  const byKey = new Map(entities.map((entity) => [uidOf(entity.uid).key, entity]))
  const made = new Map(
    entities.map((entity) => {
      const uid = uidOf(entity.uid)
      return [uid.key, new Entity(uid, ancestorsOf(entity, byKey), recordOf(entity.attrs))]
    }),
  )
  const entityOf = (uid: UidJson): Entity => made.get(uidOf(uid).key) ?? new Entity(uidOf(uid))
  const {
    allowed,
    policies: deciding,
    failures,
  } = policies.decide({
    principal: entityOf(request.principal),
    action: entityOf(request.action),
    resource: entityOf(request.resource),
    context: recordOf(request.context),
    entityOf: ({ key }) => made.get(key),
  })
  return { allowed, policies: deciding.toSorted(), erring: failures.map(({ policy }) => policy).sort() }
}

function ancestorsOf({ parents }: EntityJson, byKey: ReadonlyMap<string, EntityJson>): readonly EntityUid[] {
  return parents.flatMap((parent) => {
    const uid = uidOf(parent)
    const known = byKey.get(uid.key)
    return known === undefined ? [uid] : [uid, ...ancestorsOf(known, byKey)]
  })
}

const uidOf = ({ type, id }: UidJson): EntityUid => new EntityUid(type, id)

const recordOf = (members: Readonly<Record<string, Json>>): CedarRecord =>
  new CedarRecord(new Map(Object.entries(members).map(([name, value]) => [name, valueOf(value)])))

function valueOf(json: Json): Value {
  if (typeof json !== 'object') return json
  if (isList(json)) return new CedarSet(json.map(valueOf))
  const { __entity: uid } = json
  return uid === undefined ? recordOf(json) : uidOf(uid as unknown as UidJson)
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json)

export interface ComparedTexts {
  readonly texts: number
  readonly accepted: number
  /** Accepted by Cedar, and refused by us as something that we name. */
  readonly unsupported: number
}

/** What may be refused though Cedar accepts it. */
const named = /not supported|at most|another policy has the id/
const words =
  'permit forbid when unless principal action resource context in is has like if then else true false __cedar Agent Role::"r" ' +
  'Action::"a" ?principal ?resource ip("1.1.1.1") decimal("1.0") .contains( .containsAll( .isEmpty() .isIpv4() .lessThan( .getTag( ' +
  'name "text" "a*" "\\*" "\\u{41}" "\\x41" "\\x80" 1 -1 9223372036854775808 == != < <= > >= && || ! - + * / % = ( ) { } [ ] , ; : :: . @ @id("x") // \n'
const tokens = words.split(' ')
const characters = Array.from('"\\*;(){}[],.:@?&|=!<>-+/ \n\r\u00a0\ufeff\u0085é😀0az_')
const starters =
  'principal context Agent::"a" "text" 1 -2 !1 - -9223372036854775808 (1) [1] {} {a:1} true !true ip("::1") decimal("1.0") if'.split(
    ' ',
  )
const followers =
  '.a ["a"] .if .__cedar .contains(1) .isEmpty() .isIpv4() .getTag("a") .toDate() (1) == != < in is has like && || + - * / , ; . :: a Agent b.c "a*" then else'
const continuations = followers.split(' ')

/**
 * Has `count` texts read by both: random policies with changes, so that some are still policies. What we accept Cedar accepts;
 * what only Cedar accepts, we refuse as something that we name.
 */
export function compareTexts(count: number, seed: number): ComparedTexts {
  const random = randomOf(seed)
  const compared = { texts: count, accepted: 0, unsupported: 0 }
  for (let left = count; left > 0; left--) {
    const text = random(2) === 0 ? changed(random, randomPolicy(random)) : soup(random)
    const ours = compilePolicies(text)
    const theirs = policySetTextToParts(text).type === 'success'
    const story = (): string =>
      `seed ${seed}\n${JSON.stringify(text)}\n${JSON.stringify(ours)}\n${JSON.stringify(policySetTextToParts(text))}`
    if (ours.type === 'compiled') {
      assert.ok(theirs, story())
      compared.accepted++
    } else if (theirs) {
      for (const { problem } of ours.problems) assert.match(problem, named, story())
      compared.unsupported++
    }
  }
  return compared
}

/** A policy with a short condition of any tokens, which sometimes makes sense. */
function soup(random: Random): string {
  const operands = Array.from({ length: 1 + random(3) }, () => {
    const follows = Array.from({ length: random(3) }, () => pick(random, continuations))
    return [pick(random, starters), ...follows].join(pick(random, ['', ' ']))
  })
  return `permit (principal, action, resource) when { ${operands.join(' ')} };`
}

function changed(random: Random, text: string): string {
  let result = text
  for (let changes = random(3) === 0 ? 2 : 1; changes > 0; changes--) {
    const at = random(result.length + 1)
    const kind = random(6)
    const [before, after] = [result.slice(0, at), result.slice(at)]
    if (kind === 0) result = before + after.slice(1 + random(3))
    else if (kind === 1) result = `${before} ${pick(random, tokens)} ${after}`
    else if (kind === 2) result = before + pick(random, characters) + after
    else if (kind === 3) result = before + after.replace(/\w+|"[^"]*"|[^\w\s]+/, pick(random, tokens))
    else if (kind === 4) result = before + after.replace(/\w+|"[^"]*"|[^\w\s]+/, '')
    else result = before + result.slice(random(at + 1), at) + after
  }
  return result
}

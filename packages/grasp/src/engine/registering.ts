/** ASAs and what they offer (RFC 8991 §2.3.1–2.3.3, §2.3.7). Each call is answered with a code. @module */
import type { ErrorCode } from '../errors.ts'
import { hasFlag } from '../objective.ts'
import { checkRegistration, objectiveProblem, valueProblem } from './checks.ts'
import type { ApiEvent, Registration } from './event.ts'
import type { Context, Node, Offering } from './node.ts'
import { sizeOf } from './sizes.ts'

type Registering = Extract<
  ApiEvent,
  {
    readonly type:
      | 'register-asa'
      | 'deregister-asa'
      | 'register'
      | 'deregister'
      | 'listen'
      | 'stop-listening'
      | 'set-value'
  }
>

export function registering(context: Context, event: Registering): void {
  const answer = answerTo(context, event)
  const said = typeof answer === 'string' ? { code: answer } : answer
  context.effects.push({ type: 'done', handle: event.handle, ...said })
}

type Answer = ErrorCode | { readonly code: 'CBORfail'; readonly problem: string }

function answerTo({ node, config }: Context, event: Registering): Answer {
  const { asa } = event
  if (event.type === 'register-asa') {
    if (node.asas.has(asa)) return 'dupASA'
    if (node.asas.size >= config.limits.asas) return 'ASAfull'
    node.asas.add(asa)
    return 'ok'
  }
  if (!node.asas.has(asa)) return 'noASA'
  if (event.type === 'register') return register({ node, config }, asa, event.registration)
  if (event.type === 'deregister-asa') {
    for (const name of node.offerings.keys()) remove(node, asa, name)
    node.asas.delete(asa)
    return 'ok'
  }
  const offerings = node.offerings.get(event.name)
  if (offerings === undefined) return 'notObj'
  const mine = offerings.find((one) => one.asa === asa)
  if (mine === undefined) return 'notYourObj'
  if (event.type === 'deregister') {
    remove(node, asa, event.name)
    return 'ok'
  }
  if (event.type === 'set-value') {
    const problem = valueProblem(event.value, sizeOf({ node, config }, event.name))
    if (problem !== undefined) return { code: 'CBORfail', problem }
    replace(node, mine, { ...mine, objective: { ...mine.objective, value: event.value } })
    return 'ok'
  }
  return listen(node, mine, event)
}

function listen(
  node: Node,
  mine: Offering,
  { type, to }: Extract<ApiEvent, { readonly type: 'listen' | 'stop-listening' }>,
): ErrorCode {
  if (!hasFlag(mine.objective, to)) return to === 'negotiation' ? 'notNeg' : 'notSynch'
  const listening = new Set(mine.listening)
  if (type === 'listen') listening.add(to)
  else listening.delete(to)
  replace(node, mine, { ...mine, listening })
  return 'ok'
}

function register({ node, config }: Pick<Context, 'node' | 'config'>, asa: string, registration: Registration): Answer {
  const { objective, overlap } = registration
  checkRegistration(registration)
  const problem = objectiveProblem(objective, registration.maxSize ?? config.limits.maxSize)
  if (problem !== undefined) return { code: 'CBORfail', problem }
  // An objective is for negotiation or for synchronisation, not for both (RFC 8990 §2.10.2).
  if (hasFlag(objective, 'negotiation') && hasFlag(objective, 'synchronization')) return 'notBoth'
  if (hasFlag(objective, 'dryRun') && !hasFlag(objective, 'negotiation')) return 'notDry'
  const others = node.offerings.get(objective.name) ?? []
  if (others.some((one) => one.asa === asa)) return 'objReg'
  if (others.length > 0 && (overlap === 'alone' || others.some((one) => one.overlap === 'alone'))) return 'notOverlap'
  const count = [...node.offerings.values()].reduce((sum, list) => sum + list.length, 0)
  if (count >= config.limits.objectives) return 'objFull'
  node.offerings.set(objective.name, [...others, { ...registration, asa, listening: new Set() }])
  return 'ok'
}

function replace(node: Node, before: Offering, after: Offering): void {
  const list = node.offerings.get(after.objective.name) ?? []
  node.offerings.set(
    after.objective.name,
    list.map((one) => (one === before ? after : one)),
  )
}

function remove(node: Node, asa: string, name: string): void {
  const left = (node.offerings.get(name) ?? []).filter((one) => one.asa !== asa)
  if (left.length === 0) node.offerings.delete(name)
  else node.offerings.set(name, left)
}

/** Which service each role gets, as an owner changes it and as it is shown. Pure. @module */
import type { Roster, ServiceRule } from '@vagus/identity'
import { services, type ServiceName } from '@vagus/qos'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Paint } from '../paint.ts'
import { table } from '../table.ts'

type Rules = readonly ServiceRule[]

const fields = ['protocol', 'operation', 'tool', 'skill'] as const

/** To which calls a rule applies. */
export type RuleFor = Pick<ServiceRule, 'role' | (typeof fields)[number]>

const isFor = (rule: ServiceRule, { role, ...conditions }: RuleFor): boolean =>
  rule.others === undefined && rule.role === role && fields.every((field) => rule[field] === conditions[field])

/** With that service for these calls, in place of another one for just them. */
export const withService = (
  { services: rules = [] }: Pick<Roster, 'services'>,
  to: RuleFor,
  service: string,
): Rules => [...rules.filter((rule) => !isFor(rule, to)), { ...to, service }]

/** @throws {Failure} usage, when there is no such rule */
export function withoutService({ services: rules = [] }: Pick<Roster, 'services'>, to: RuleFor): Rules {
  const left = rules.filter((rule) => !isFor(rule, to))
  if (left.length < rules.length) return left
  throw new Failure(
    exitCode.usage,
    `the roster gives no service to ${callsText(to)}`,
    'what it gives, and to which calls: vagus roster service',
  )
}

/** `planner for tool stop_robot`. */
export function callsText(rule: RuleFor): string {
  const conditions = fields.flatMap((field) => (rule[field] === undefined ? [] : [`${field} ${rule[field]}`]))
  return conditions.length === 0 ? rule.role : `${rule.role} for ${conditions.join(', ')}`
}

/** One line for each rule; what a service means beside it. */
export function servicesText(
  { services: rules = [] }: Pick<Roster, 'services'>,
  columns: number,
  paint: Paint,
): string {
  if (rules.length === 0)
    return 'no role gets a service of its own: vagus roster service ROLE SERVICE, such as planner control'
  const rows = rules.map((rule) => {
    const known = Object.hasOwn(services, rule.service) ? services[rule.service as ServiceName] : undefined
    const meaning =
      rule.others !== undefined
        ? `not applied: ${Object.keys(rule.others).join(', ')} is not understood here`
        : known === undefined
          ? 'not known here: counts as call'
          : `${known.deadline === Infinity ? 'no deadline' : `within ${known.deadline} ms`}, DSCP ${known.dscp}`
    return [callsText(rule), rule.service, meaning]
  })
  const heads = ['CALLS OF', 'SERVICE', 'MEANS'].map((head) => ({ head, align: 'left', shrink: 12 }) as const)
  return table(heads, rows, columns, paint.strong)
}

/**
 * What a call gets: the owner's roster says it of the caller's roles, the caller may ask for less, and nobody gets more by
 * asking. Total: each set of rules, roles and calls has an answer.
 * @module
 */
import type { ServiceRule } from '@vagus/identity'
import { isServiceName, type ServiceName, serviceNames, usualService } from './service.ts'

/** What of a call rules ask about, in the words of policies (`@vagus/access`). */
export interface ServedCall {
  readonly protocol: string
  readonly operation?: string
  readonly tool?: string
  readonly skill?: string
}

const contentFields = ['operation', 'tool', 'skill'] as const
const fields = ['protocol', ...contentFields] as const

/** Whether a rule asks what a request is about, so that its content must be read. */
export const readsContent = (rules: readonly ServiceRule[]): boolean =>
  rules.some((rule) => contentFields.some((field) => rule[field] !== undefined))

/**
 * What the roster gives a caller for a request. Of the rules that apply those count which say most about the call; of these,
 * the most urgent. Without a rule that applies it is `usualService`. A request of several calls gets what the least urgent of
 * them gets: none rides on another one. A service that is not known here counts as `usualService`.
 * @param roles of the caller now
 * @param calls all that the request asks for
 */
export function grantedService(
  rules: readonly ServiceRule[],
  roles: readonly string[],
  calls: readonly ServedCall[],
): ServiceName {
  const each = calls.map((call) => serviceOf(rules, roles, call))
  return each.length === 0 ? usualService : each.reduce(lesserService)
}

function serviceOf(rules: readonly ServiceRule[], roles: readonly string[], call: ServedCall): ServiceName {
  let best: ServiceName | undefined
  let bestDetail = -1
  for (const rule of rules) {
    if (!isOf(rule, roles) || fields.some((field) => rule[field] !== undefined && rule[field] !== call[field])) continue
    const detail = fields.filter((field) => rule[field] !== undefined).length
    const name = isServiceName(rule.service) ? rule.service : usualService
    if (detail > bestDetail || (detail === bestDetail && rankOf(name) < rankOf(best!))) {
      best = name
      bestDetail = detail
    }
  }
  return best ?? usualService
}

/** The most that any call with these roles can get: what a router may let their packets have. */
export function mostService(rules: readonly ServiceRule[], roles: readonly string[]): ServiceName {
  const own = rules.filter((rule) => isOf(rule, roles)).map(({ service }) => service)
  return own.filter(isServiceName).reduce((a, b) => (rankOf(a) < rankOf(b) ? a : b), usualService)
}

/** A rule with conditions that are not known here is nobody's. */
const isOf = ({ role, others }: ServiceRule, roles: readonly string[]): boolean =>
  others === undefined && roles.includes(role)

/** The less urgent of both. */
export const lesserService = (a: ServiceName, b: ServiceName): ServiceName => (rankOf(a) > rankOf(b) ? a : b)

const rankOf = (name: ServiceName): number => serviceNames.indexOf(name)

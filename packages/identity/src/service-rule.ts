/**
 * Which service the owner gives to a role: a rule of the roster's `services`, such as
 *
 *   { "role": "planner", "service": "control", "protocol": "mcp", "tool": "stop_robot" }
 *
 * What a service is and which rule counts is up to `@vagus/qos`. A name that a reader does not know survives here.
 * @module
 */
import type { JsonValue } from './canonical.ts'
import { rolePattern } from './document.ts'
import { Members } from './members.ts'
import { RefusalError } from './refusal.ts'

/** More than one operator looks after. */
const maxRules = 256
const fields = ['protocol', 'operation', 'tool', 'skill'] as const
/** As long as a name of a tool may be; no blanks around it and no control characters, for it is shown in a terminal. */
const wordPattern = /^[^\p{Cc}\p{Cf}\s][^\p{Cc}\p{Cf}]{0,127}$/u
const servicePattern = /^[a-z][a-z0-9-]{0,31}$/

/** Fields that are absent match every call. */
export interface ServiceRule {
  /** As `rolePattern`: of the caller. */
  readonly role: string
  /** `control`. */
  readonly service: string
  /** `a2a`, `mcp` or `http`; so of the next three, as policies name them. */
  readonly protocol?: string
  readonly operation?: string
  readonly tool?: string
  readonly skill?: string
  /** Conditions of a later version. A reader that does not know them must not apply the rule: it would give too much. */
  readonly others?: Readonly<Record<string, JsonValue>>
}

/** @throws {RefusalError} */
export function readServiceRules(roster: Members): readonly ServiceRule[] {
  const rules = roster.list('services', maxRules).map((value): ServiceRule => {
    const rule = new Members(value, 'a rule of "services"')
    const others = rule.except(['role', 'service', ...fields])
    const conditions = fields.filter((field) => rule.has(field))
    return {
      role: rule.text('role', rolePattern, '"planner"'),
      service: rule.text('service', servicePattern, '"control"'),
      ...Object.fromEntries(conditions.map((field) => [field, rule.text(field, wordPattern, '"stop_robot"')])),
      ...(Object.keys(others).length === 0 ? {} : { others }),
    }
  })
  if (rules.length > 0) return rules
  throw new RefusalError('malformed', '"services" of a roster is left out where there are none')
}

export const serviceRulesPayload = (rules: readonly ServiceRule[]): JsonValue =>
  rules.map(({ role, service, others, ...rest }) => ({
    ...others,
    role,
    service,
    ...Object.fromEntries(
      fields.flatMap((field) => (rest[field] === undefined ? [] : [[field, rest[field]] as const])),
    ),
  }))

/** Intents and places as they stand in a signed set: what `readIntents` and `readPlaces` read. @module */
import type { JsonValue } from '@vagus/identity'
import type { Goal, Intent, Places, Scope } from './intent.ts'

export function intentPayload({ name, scope, when, priority, because, goal }: Intent): JsonValue {
  const { from, until, weekly } = when
  return {
    name,
    ...(Object.keys(scope).length === 0 ? {} : { scope: scopePayload(scope) }),
    ...(from === undefined ? {} : { from: Math.floor(from / 1000) }),
    ...(until === undefined ? {} : { until: Math.floor(until / 1000) }),
    ...(weekly === undefined
      ? {}
      : {
          weekly: weekly.map((window) => ({ days: window.days, from: timeText(window.from), to: timeText(window.to) })),
        }),
    priority,
    ...(because === undefined ? {} : { because }),
    goal: goalPayload(goal),
  }
}

export const placesPayload = ({ roles, sites, links, borders }: Places): JsonValue => ({
  ...(roles === undefined ? {} : { roles }),
  sites,
  links: Object.fromEntries(
    Object.entries(links).map(([name, ends]) => [
      name,
      ends.map((end) => ({ device: end.device, interface: end.interface })),
    ]),
  ),
  borders,
})

/** An undefined member would be no JSON. */
const scopePayload = (scope: Scope): JsonValue =>
  Object.fromEntries(
    Object.entries(scope).filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined),
  )

/** `22:00`. @param minute since midnight */
export const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function goalPayload(goal: Goal): JsonValue {
  switch (goal.type) {
    case 'freeze':
    case 'unknown':
      return { type: goal.type }
    case 'bounds': {
      const { steering, lines, commits } = goal
      return {
        type: goal.type,
        ...(steering === undefined ? {} : { steering: steeringPayload(steering) }),
        ...(lines === undefined ? {} : { lines: { sharePercent: lines.sharePercent } }),
        ...(commits === undefined ? {} : { commits: { patterns: commits.patterns } }),
      }
    }
    case 'keep-below':
      return { type: goal.type, percent: goal.percent, forSeconds: Math.floor(goal.forMs / 1000) }
    case 'pin':
      return { type: goal.type, prefix: goal.prefix, enters: goal.enters, over: goal.over }
    case 'connect': {
      const { between, bitsPerSecond, delayMs } = goal
      return { type: goal.type, between, bitsPerSecond, ...(delayMs === undefined ? {} : { delayMs }) }
    }
    default:
      return goal satisfies never
  }
}

const steeringPayload = ({
  prefixes,
  leaseMs,
  movesPerHour,
}: NonNullable<Extract<Goal, { readonly type: 'bounds' }>['steering']>): JsonValue => ({
  ...(prefixes === undefined ? {} : { prefixes }),
  ...(leaseMs === undefined ? {} : { leaseSeconds: Math.floor(leaseMs / 1000) }),
  ...(movesPerHour === undefined ? {} : { movesPerHour }),
})

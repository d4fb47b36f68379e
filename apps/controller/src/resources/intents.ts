/** Intents as the API says them. @module */
import type { IntentItem } from '@vagus/api/intent'
import { type Goal, type Intent, timeText as clockText, type When } from '@vagus/intent'
import { timeText } from './windows.ts'

function scopeResource({ scope }: Intent): IntentItem['scope'] {
  const lists = Object.entries(scope).filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined)
  return Object.fromEntries(lists.map(([list, names]) => [list, [...names]]))
}

const whenResource = ({ from, until, weekly }: When): IntentItem['when'] => ({
  ...(from === undefined ? {} : { from: timeText(from) }),
  ...(until === undefined ? {} : { until: timeText(until) }),
  ...(weekly === undefined
    ? {}
    : {
        weekly: weekly.map((window) => ({
          days: [...window.days],
          from: clockText(window.from),
          to: clockText(window.to),
        })),
      }),
})

function goalResource(goal: Goal): IntentItem['goal'] {
  switch (goal.type) {
    case 'keep-below':
      return { type: goal.type, percent: goal.percent, forSeconds: Math.floor(goal.forMs / 1000) }
    case 'pin':
      return { ...goal, over: [...goal.over] }
    case 'connect':
      return { ...goal, between: [...goal.between] }
    case 'bounds': {
      const { steering, lines, commits } = goal
      const { prefixes, leaseMs, movesPerHour } = steering ?? {}
      return {
        type: goal.type,
        ...(steering === undefined
          ? {}
          : {
              steering: {
                ...(prefixes === undefined ? {} : { prefixes: [...prefixes] }),
                ...(leaseMs === undefined ? {} : { leaseSeconds: Math.floor(leaseMs / 1000) }),
                ...(movesPerHour === undefined ? {} : { movesPerHour }),
              },
            }),
        ...(lines === undefined ? {} : { lines: { ...lines } }),
        ...(commits === undefined ? {} : { commits: { patterns: [...commits.patterns] } }),
      }
    }
    case 'freeze':
    case 'unknown':
      return goal
    default:
      return goal satisfies never
  }
}

/** What is signed of it. */
export const intentResource = (
  intent: Intent,
): Pick<IntentItem, 'name' | 'scope' | 'when' | 'goal' | 'priority' | 'because'> => ({
  name: intent.name,
  scope: scopeResource(intent),
  when: whenResource(intent.when),
  priority: intent.priority,
  because: intent.because ?? null,
  goal: goalResource(intent.goal),
})

/** Intents in words, without the schemas: command line and page say the same, and the page needs no validator. @module */
import { durationText, rateText } from './figures.ts'
import type { IntentItem } from './intent.ts'

type Goal = IntentItem['goal']

/** Such as `no link above 70 % for longer than 5m`. */
export function goalText(goal: Goal): string {
  switch (goal.type) {
    case 'freeze':
      return 'nothing new: no MED, no line, no commit, no policy'
    case 'keep-below':
      return `no link above ${goal.percent} % for longer than ${durationText(goal.forSeconds)}`
    case 'pin':
      return `${goal.prefix} enters ${goal.enters} over ${goal.over.join(', ')}`
    case 'connect': {
      const delay = goal.delayMs === undefined ? '' : `, at most ${goal.delayMs} ms one way`
      return `a line between ${goal.between.join(' and ')} of ${rateText(goal.bitsPerSecond)}${delay}`
    }
    case 'bounds':
      return `at most: ${boundsTexts(goal).join('; ')}`
    case 'unknown':
      return `a goal of a later version, ${goal.kind}`
    default:
      return goal satisfies never
  }
}

function boundsTexts({ steering, lines, commits }: Extract<Goal, { type: 'bounds' }>): readonly string[] {
  const { prefixes, leaseSeconds, movesPerHour } = steering ?? {}
  return [
    ...(prefixes === undefined
      ? []
      : [prefixes.length === 0 ? 'no prefix steered' : `steering ${prefixes.join(', ')}`]),
    ...(leaseSeconds === undefined ? [] : [`leases of ${durationText(leaseSeconds)}`]),
    ...(movesPerHour === undefined ? [] : [`${movesPerHour} moves an hour at each device`]),
    ...(lines === undefined ? [] : [`lines ${lines.sharePercent} % of each link`]),
    ...(commits === undefined
      ? []
      : [commits.patterns.length === 0 ? 'no commits' : `commits ${commits.patterns.join(', ')}`]),
  ]
}

/** Such as `border transit, link pe-1-tr-1`. */
export function scopeText(scope: IntentItem['scope']): string {
  const lists = Object.entries(scope).filter((entry): entry is [string, string[]] => entry[1] !== undefined)
  if (lists.length === 0) return 'everywhere'
  return lists.map(([kind, names]) => `${names.length === 1 ? kind.slice(0, -1) : kind} ${names.join(', ')}`).join('; ')
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Such as `sat, sun 22:00–06:00 UTC, until 2026-12-01T00:00:00Z`. */
export function whenText({ from, until, weekly }: IntentItem['when']): string {
  const parts = [
    ...(weekly ?? []).map(
      (window) => `${window.days.map((day) => days[day - 1]).join(', ')} ${window.from}–${window.to} UTC`,
    ),
    ...(from === undefined ? [] : [`from ${plainTime(from)}`]),
    ...(until === undefined ? [] : [`until ${plainTime(until)}`]),
  ]
  return parts.length === 0 ? 'always' : parts.join(', ')
}

const plainTime = (time: string): string => time.replace(/\.\d+Z$/, 'Z')

export const stateMeanings = {
  received: 'it says nothing here',
  translated: 'it does not hold now',
  active: 'it holds, and is met as far as is known',
  degraded: 'it holds, and is not met',
  conflict: 'another intent stands against it',
  refused: 'it is not understood, or no set holds',
} as const satisfies Record<IntentItem['state'], string>

/** Whether somebody should look. */
export const isUnmet = ({ state }: Pick<IntentItem, 'state'>): boolean =>
  state === 'degraded' || state === 'conflict' || state === 'refused'

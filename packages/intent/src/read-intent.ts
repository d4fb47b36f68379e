/** Reads intents of a signed set: every type, range and name is checked, and a refusal names intent and member. @module */
import { type JsonValue, nameRule } from '@vagus/identity'
import { Members, namePattern, RefusalError } from '@vagus/identity/statement'
import type { Intent, Places, Scope, WeeklyWindow, When } from './intent.ts'
import { readGoal } from './read-goal.ts'
import { checkPlace, placePattern } from './read-places.ts'

const maxNamesOfScope = 256
const maxWindows = 16
const maxBecause = 256
const rolePattern = /^[a-z0-9][a-z0-9-]{0,62}$/
const becausePattern = new RegExp(`^[^\\p{Cc}\\p{Cf}]{1,${maxBecause}}$`, 'u')
const timePattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** @throws {RefusalError} */
export function readIntents(values: readonly JsonValue[], places: Places): readonly Intent[] {
  const names = new Set<string>()
  return values.map((value) => {
    const intent = readIntent(value, places)
    if (names.has(intent.name)) throw new RefusalError('malformed', `two intents have the name "${intent.name}"`)
    names.add(intent.name)
    return intent
  })
}

const known = ['name', 'scope', 'from', 'until', 'weekly', 'priority', 'because', 'goal']

function readIntent(value: JsonValue, places: Places): Intent {
  const name = new Members(value, 'an intent').text('name', namePattern, `"launch-freeze": ${nameRule}`)
  const members = new Members(value, `intent "${name}"`)
  const [later] = Object.keys(members.except(known))
  const goal = readGoal(members.object('goal'), name, places)
  return {
    name,
    scope: members.has('scope') ? readScope(members.object('scope'), name, places) : {},
    when: readWhen(members),
    priority: members.has('priority') ? members.integer('priority', 0, 100) : 0,
    ...(members.has('because')
      ? {
          because: members.text('because', becausePattern, `"launch of 12.4": 1..${maxBecause} characters on one line`),
        }
      : {}),
    // What is not understood may be what restricts it.
    goal:
      later === undefined
        ? goal
        : { type: 'unknown', kind: `${goal.type === 'unknown' ? goal.kind : goal.type} with "${later.slice(0, 64)}"` },
  }
}

function readScope(scope: Members, name: string, places: Places): Scope {
  const lists = {
    devices: undefined,
    roles: undefined,
    sites: places.sites,
    borders: places.borders,
    links: places.links,
  } as const
  const [later] = Object.keys(scope.except(Object.keys(lists)))
  if (later !== undefined)
    throw new RefusalError(
      'malformed',
      `the scope of intent "${name}" has "${later.slice(0, 64)}"; it may have ${Object.keys(lists).join(', ')}`,
    )
  const read = Object.entries(lists).flatMap(([list, among]) => {
    if (!scope.has(list)) return []
    const [pattern, example] = list === 'roles' ? [rolePattern, '"edge"'] : [placePattern, '"pe-1"']
    const names = scope.texts(list, maxNamesOfScope, pattern, example)
    if (names.length === 0)
      throw new RefusalError('malformed', `"${list}" of the scope of intent "${name}" is left out where there are none`)
    for (const one of names) if (among !== undefined) checkPlace(one, list, among, `the scope of intent "${name}"`)
    return [[list, names] as const]
  })
  return Object.fromEntries(read)
}

function readWhen(members: Members): When {
  const from = members.has('from') ? members.seconds('from') * 1000 : undefined
  const until = members.has('until') ? members.seconds('until') * 1000 : undefined
  const name = members.text('name', namePattern, '""')
  if (from !== undefined && until !== undefined && until <= from)
    throw new RefusalError('malformed', `"until" of intent "${name}" must be after its "from"`)
  const weekly = members.has('weekly')
    ? members
        .list('weekly', maxWindows)
        .map((window) => readWindow(new Members(window, `a window of intent "${name}"`)))
    : undefined
  if (weekly?.length === 0)
    throw new RefusalError('malformed', `"weekly" of intent "${name}" is left out where there are no windows`)
  return {
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(weekly === undefined ? {} : { weekly }),
  }
}

function readWindow(window: Members): WeeklyWindow {
  const example = '[1, 2, 3, 4, 5], 1 Monday … 7 Sunday'
  const days = window.list('days', 7).map((day) => {
    if (typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 7) return day
    throw new RefusalError('malformed', `"days" of a window must be like ${example}`)
  })
  if (days.length === 0 || new Set(days).size !== days.length)
    throw new RefusalError('malformed', `"days" of a window must be like ${example}, each once`)
  return { days, from: readMinute(window, 'from'), to: readMinute(window, 'to') }
}

function readMinute(window: Members, name: 'from' | 'to'): number {
  const [hours = '', minutes = ''] = window.text(name, timePattern, '"22:00", in UTC').split(':')
  return Number(hours) * 60 + Number(minutes)
}

/** From `intents.yaml` to what is signed, and back. @module */
import { formatPrefix, parsePrefix } from '@vagus/address'
import { parseDuration } from '@vagus/api/duration'
import { dayNames, type IntentFile, type IntentFileInput } from '@vagus/api/intent-file'
import { rateOf } from '@vagus/api/rate'
import type { IntentPlaces } from '@vagus/api/intent-places'
import { type Goal, type Intent, type IntentSet, type Places, timeText, utcText, type When } from '@vagus/intent'
import { stringify } from 'yaml'

export interface IntentDraft {
  readonly intents: readonly Intent[]
  /** Of all places those that the intents are about: a signed set has room for no whole network. */
  readonly places: Places
  readonly holdsSeconds: number
}

export function intentDraft({ holds, intents }: IntentFile, places: IntentPlaces): IntentDraft {
  const all = intents.map(intentOf)
  return { intents: all, places: placesFor(all, places), holdsSeconds: parseDuration(holds) / 1000 }
}

type FileIntent = IntentFile['intents'][number]

function intentOf(one: FileIntent): Intent {
  const { name, scope, priority, because } = one
  const given = Object.entries(scope).filter((entry): entry is [string, string[]] => entry[1] !== undefined)
  return {
    name,
    scope: Object.fromEntries(given),
    when: whenOf(one),
    priority,
    ...(because === undefined ? {} : { because }),
    goal: goalOf(one),
  }
}

function whenOf({ from, until, weekly }: FileIntent): When {
  const seconds = (text: string): number => Math.floor(Date.parse(text) / 1000) * 1000
  return {
    ...(from === undefined ? {} : { from: seconds(from) }),
    ...(until === undefined ? {} : { until: seconds(until) }),
    ...(weekly === undefined
      ? {}
      : {
          weekly: weekly.map((window) => ({
            days: [...new Set(window.days)].map((day) => dayNames.indexOf(day) + 1).sort((a, b) => a - b),
            from: minuteOf(window.from),
            to: minuteOf(window.to),
          })),
        }),
  }
}

function minuteOf(text: string): number {
  const [hours = '', minutes = ''] = text.split(':')
  return Number(hours) * 60 + Number(minutes)
}

/** As routers print it. */
const prefixOf = (text: string): string => formatPrefix(parsePrefix(text))

function goalOf({ bounds, keepBelow, pin, connect }: FileIntent): Goal {
  if (bounds !== undefined) {
    const { steering, lines, commits } = bounds
    return {
      type: 'bounds',
      ...(steering === undefined ? {} : { steering: steeringOf(steering) }),
      ...(lines === undefined ? {} : { lines }),
      ...(commits === undefined ? {} : { commits }),
    }
  }
  if (keepBelow !== undefined)
    return { type: 'keep-below', percent: keepBelow.percent, forMs: parseDuration(keepBelow.for) }
  if (pin !== undefined) {
    const enters = pin.only === undefined ? 'never' : 'only'
    return { type: 'pin', prefix: prefixOf(pin.prefix), enters, over: pin.only ?? pin.never ?? [] }
  }
  if (connect !== undefined) {
    const { between, rate, maxDelayMs } = connect
    return {
      type: 'connect',
      between: [between[0]!, between[1]!], // the schema has two
      bitsPerSecond: Math.ceil(rateOf(rate)),
      ...(maxDelayMs === undefined ? {} : { delayMs: maxDelayMs }),
    }
  }
  return { type: 'freeze' }
}

type FileSteering = NonNullable<NonNullable<FileIntent['bounds']>['steering']>

const steeringOf = ({ prefixes, lease, movesPerHour }: FileSteering) => ({
  ...(prefixes === undefined ? {} : { prefixes: prefixes.map(prefixOf) }),
  ...(lease === undefined ? {} : { leaseMs: parseDuration(lease) }),
  ...(movesPerHour === undefined ? {} : { movesPerHour }),
})

/** With the borders beside each link that is named, and the links at each site: conflicts are found by these. */
function placesFor(intents: readonly Intent[], all: IntentPlaces): Places {
  const scopes = intents.map(({ scope }) => scope)
  const ends = intents.flatMap(({ goal }) => (goal.type === 'connect' ? goal.between : []))
  const sites = new Set([...scopes.flatMap((scope) => scope.sites ?? []), ...ends])
  const named = new Set([
    ...scopes.flatMap((scope) => scope.links ?? []),
    ...intents.flatMap(({ goal }) => (goal.type === 'pin' ? goal.over : [])),
  ])
  const borders = pick(
    all.borders,
    (name, links) =>
      scopes.some((scope) => scope.borders?.includes(name) === true) || links.some((link) => named.has(link)),
  )
  const devices = new Set(ends.flatMap((site) => all.sites[site] ?? []))
  const beside = new Set([...named, ...Object.values(borders).flat()])
  const links = pick(all.links, (name, at) => beside.has(name) || at.some(({ device }) => devices.has(device)))
  return { sites: pick(all.sites, (name) => sites.has(name)), links, borders }
}

const pick = <Value>(
  all: Readonly<Record<string, Value>>,
  isWanted: (name: string, value: Value) => boolean,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(all).filter(([name, value]) => isWanted(name, value)))

/** A set as `intents.yaml` has it. Goals of a later version cannot be written, and are named in a comment. */
export function intentFileText({
  intents,
  issuedAt,
  expiresAt,
}: Pick<IntentSet, 'intents' | 'issuedAt' | 'expiresAt'>): string {
  const written = intents.filter(({ goal }) => goal.type !== 'unknown')
  const left = intents.filter(({ goal }) => goal.type === 'unknown').map(({ name }) => name)
  const file: IntentFileInput = {
    holds: durationOf(expiresAt - issuedAt),
    intents: written.map(fileIntentOf),
  }
  const note = left.length === 0 ? '' : `# not written, as this version does not know their goals: ${left.join(', ')}\n`
  return note + stringify(file, { flowCollectionPadding: true, lineWidth: 120 })
}

function durationOf(ms: number): string {
  for (const [unit, length] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const)
    if (ms % length === 0) return `${ms / length}${unit}`
  return `${Math.round(ms / 1000)}s`
}

function fileIntentOf({ name, scope, when: { from, until, weekly }, priority, because, goal }: Intent) {
  return {
    name,
    ...(because === undefined ? {} : { because }),
    ...(priority === 0 ? {} : { priority }),
    ...(Object.keys(scope).length === 0
      ? {}
      : { scope: Object.fromEntries(Object.entries(scope).map(([list, names]) => [list, [...(names ?? [])]])) }),
    ...(from === undefined ? {} : { from: utcText(from) }),
    ...(until === undefined ? {} : { until: utcText(until) }),
    ...(weekly === undefined
      ? {}
      : {
          weekly: weekly.map((window) => ({
            days: window.days.map((day) => dayNames[day - 1]!),
            from: timeText(window.from),
            to: timeText(window.to),
          })),
        }),
    ...fileGoalOf(goal),
  }
}

function fileGoalOf(goal: Goal): Partial<IntentFileInput['intents'][number]> {
  switch (goal.type) {
    case 'freeze':
      return { freeze: {} }
    case 'keep-below':
      return { keepBelow: { percent: goal.percent, for: durationOf(goal.forMs) } }
    case 'pin':
      return { pin: { prefix: goal.prefix, [goal.enters]: [...goal.over] } }
    case 'connect': {
      const { between, bitsPerSecond, delayMs } = goal
      return {
        connect: {
          between: [...between],
          rate: rateText(bitsPerSecond),
          ...(delayMs === undefined ? {} : { maxDelayMs: delayMs }),
        },
      }
    }
    case 'bounds': {
      const { steering, lines, commits } = goal
      const { prefixes, leaseMs, movesPerHour } = steering ?? {}
      return {
        bounds: {
          ...(steering === undefined
            ? {}
            : {
                steering: {
                  ...(prefixes === undefined ? {} : { prefixes: [...prefixes] }),
                  ...(leaseMs === undefined ? {} : { lease: durationOf(leaseMs) }),
                  ...(movesPerHour === undefined ? {} : { movesPerHour }),
                },
              }),
          ...(lines === undefined ? {} : { lines: { ...lines } }),
          ...(commits === undefined ? {} : { commits: { patterns: [...commits.patterns] } }),
        },
      }
    }
    case 'unknown':
      return {}
    default:
      return goal satisfies never
  }
}

const units = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
  ['', 1],
] as const

function rateText(bitsPerSecond: number): string {
  const [unit, factor] = units.find(([, size]) => bitsPerSecond % size === 0) ?? units.at(-1)!
  return `${bitsPerSecond / factor}${unit}`
}

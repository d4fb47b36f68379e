/** Reads the goal of an intent. @module */
import { AddressError, formatPrefix, parsePrefix } from '@vagus/address'
import { Members, RefusalError } from '@vagus/identity/statement'
import type { Bounds, Connect, Goal, KeepBelow, Pin, Places } from './intent.ts'
import { checkPlace, placePattern } from './read-places.ts'

const maxPrefixes = 256
const maxPatterns = 64
const maxLinks = 64
/** Of a pattern of lines; printable ASCII, as lines of routers are. */
const patternPattern = /^[\x20-\x7e]{1,200}$/
const maxLeaseMs = 86_400_000
const maxMoves = 1000
const mostSharePercent = 95
const maxForSeconds = 86_400
const mostRate = 1e12
const leastRate = 8000
const maxDelayMs = 10_000

type Read<Kind extends Goal> = (goal: Members, where: string, places: Places) => Kind

const readers: {
  readonly [Type in Exclude<Goal['type'], 'unknown'>]: {
    readonly members: readonly string[]
    readonly read: Read<Extract<Goal, { readonly type: Type }>>
  }
} = {
  freeze: { members: [], read: () => ({ type: 'freeze' }) },
  bounds: { members: ['steering', 'lines', 'commits'], read: readBounds },
  'keep-below': { members: ['percent', 'forSeconds'], read: readKeepBelow },
  pin: { members: ['prefix', 'enters', 'over'], read: readPin },
  connect: { members: ['between', 'bitsPerSecond', 'delayMs'], read: readConnect },
}

/** What is of a later version is read as `unknown`: the other intents of the set hold all the same. @throws {RefusalError} */
export function readGoal(goal: Members, intent: string, places: Places): Goal {
  const type = goal.text('type', /^[a-z][a-z-]{0,31}$/, '"freeze"')
  if (!Object.hasOwn(readers, type)) return { type: 'unknown', kind: type }
  const { members, read } = readers[type as keyof typeof readers]
  const [later] = Object.keys(goal.except(['type', ...members]))
  if (later !== undefined) return { type: 'unknown', kind: `${type} with "${later.slice(0, 64)}"` }
  return read(goal, `the goal of intent "${intent}"`, places)
}

function readBounds(goal: Members, where: string): Bounds {
  const bounds: Bounds = {
    type: 'bounds',
    ...(goal.has('steering') ? { steering: readSteering(goal.object('steering')) } : {}),
    ...(goal.has('lines')
      ? { lines: { sharePercent: goal.object('lines').integer('sharePercent', 0, mostSharePercent) } }
      : {}),
    ...(goal.has('commits')
      ? {
          commits: {
            patterns: goal
              .object('commits')
              .texts('patterns', maxPatterns, patternPattern, '"interface * / description *"'),
          },
        }
      : {}),
  }
  if (Object.keys(bounds).length > 1) return bounds
  throw new RefusalError('malformed', `${where} must bound something: "steering", "lines" or "commits"`)
}

function readSteering(steering: Members): NonNullable<Bounds['steering']> {
  return {
    ...(steering.has('prefixes')
      ? {
          prefixes: steering
            .texts('prefixes', maxPrefixes, /^/, '"192.0.2.0/24"')
            .map((text) => prefixOf(text, '"prefixes" of the bounds')),
        }
      : {}),
    ...(steering.has('leaseSeconds') ? { leaseMs: steering.integer('leaseSeconds', 1, maxLeaseMs / 1000) * 1000 } : {}),
    ...(steering.has('movesPerHour') ? { movesPerHour: steering.integer('movesPerHour', 0, maxMoves) } : {}),
  }
}

function readKeepBelow(goal: Members): KeepBelow {
  return {
    type: 'keep-below',
    percent: goal.integer('percent', 1, 100),
    forMs: goal.integer('forSeconds', 1, maxForSeconds) * 1000,
  }
}

function readPin(goal: Members, where: string, places: Places): Pin {
  const over = goal.texts('over', maxLinks, placePattern, '"transit-a"')
  if (over.length === 0) throw new RefusalError('malformed', `"over" of ${where} must name a link`)
  for (const name of over) checkPlace(name, 'links', places.links, where)
  return {
    type: 'pin',
    prefix: prefixOf(goal.text('prefix', /^/, '"192.0.2.0/24"'), `"prefix" of ${where}`),
    enters: goal.text('enters', /^(?:only|never)$/, '"only" or "never"') as Pin['enters'],
    over,
  }
}

function readConnect(goal: Members, where: string, places: Places): Connect {
  const [one, other, ...more] = goal.texts('between', 2, placePattern, '"lyon"')
  if (one === undefined || other === undefined || more.length > 0)
    throw new RefusalError('malformed', `"between" of ${where} must name two sites`)
  for (const name of [one, other]) checkPlace(name, 'sites', places.sites, where)
  return {
    type: 'connect',
    between: [one, other],
    bitsPerSecond: goal.integer('bitsPerSecond', leastRate, mostRate),
    ...(goal.has('delayMs') ? { delayMs: goal.integer('delayMs', 1, maxDelayMs) } : {}),
  }
}

/** Another spelling of a prefix would be another prefix to those who compare texts. */
function prefixOf(text: string, where: string): string {
  try {
    const prefix = formatPrefix(parsePrefix(text))
    if (prefix === text) return text
    throw new RefusalError('malformed', `${where} has "${text}"; right is "${prefix}"`)
  } catch (error) {
    if (!(error instanceof AddressError)) throw error
    throw new RefusalError('malformed', `${where} has "${text.slice(0, 64)}"; right is such as "192.0.2.0/24"`)
  }
}

/** What a file would change, at which devices, and which intents stand against each other. Pure. @module */
import type { IntentItem, IntentList } from '@vagus/api/intent'
import type { IntentPlaces } from '@vagus/api/intent-places'
import { goalText, scopeText, whenText } from '@vagus/api/intent-words'
import type { IntentDraft } from '@vagus/controller'
import { type Conflict, conflictsOf, type Intent, whereAt } from '@vagus/intent'
import type { Paint } from '../paint.ts'
import { countOf } from '../format.ts'
import { printable } from '../table.ts'
import { hanging } from '../wrap.ts'

interface PreviewItem extends Pick<IntentItem, 'name' | 'scope' | 'when' | 'goal'> {
  readonly change: 'added' | 'changed' | 'as before' | 'withdrawn'
  /** Where it would hold; of one with roles those that have them are not known here. */
  readonly devices: readonly string[]
  /** Of a `connect`: what the controller says of its line; null: not asked, or nobody lays lines. */
  readonly line: string | null
  /** Its last moment is past. */
  readonly isOver: boolean
}

export interface Preview {
  readonly items: readonly PreviewItem[]
  readonly conflicts: readonly Conflict[]
}

export interface PreviewFacts {
  readonly places: IntentPlaces
  /** In force. */
  readonly list: IntentList
  readonly resourceOf: (intent: Intent) => Pick<IntentItem, 'name' | 'scope' | 'when' | 'goal' | 'priority' | 'because'>
  readonly lineOf: (intent: Intent) => string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

export function previewOf({ intents, places, holdsSeconds }: IntentDraft, facts: PreviewFacts): Preview {
  const { list, now } = facts
  const before = new Map(list.items.map((one) => [one.name, keyOf(one)]))
  const items = intents.map((intent): PreviewItem => {
    const resource = facts.resourceOf(intent)
    const known = before.get(intent.name)
    const devices = facts.places.devices.filter(
      (name) => whereAt(intent.scope, places, { name, roles: undefined }) !== undefined,
    )
    const { name, scope, when, goal } = resource
    const change = known === undefined ? 'added' : known === keyOf(resource) ? 'as before' : 'changed'
    const isOver = intent.when.until !== undefined && intent.when.until <= now
    return { name, scope, when, goal, change, devices, line: facts.lineOf(intent) ?? null, isOver }
  })
  const wanted = new Set(intents.map(({ name }) => name))
  const gone = list.items
    .filter(({ name }) => !wanted.has(name))
    .map(({ name, scope, when, goal }): PreviewItem => {
      return { name, scope, when, goal, change: 'withdrawn', devices: [], line: null, isOver: false }
    })
  const conflicts = conflictsOf({ intents, places, expiresAt: now + holdsSeconds * 1000 }, now).map((one) =>
    one.from > now ? one : { ...one, because: one.because.replace(/, from \S+ on$/, '') },
  )
  return { items: [...items, ...gone], conflicts }
}

type Wanted = Pick<IntentItem, 'scope' | 'when' | 'priority' | 'because' | 'goal'>

/** What of an intent makes it another one. */
function keyOf({ scope, when, priority, because, goal }: Wanted): string {
  return JSON.stringify([sorted(scope), sorted(when), priority, because, sorted(goal)])
}

const sorted = (value: object): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
        : inner,
    ),
  )

const marks = { added: '+', changed: '~', 'as before': '=', withdrawn: '-' } as const
const maxDevices = 8

export function previewText(
  { items, conflicts }: Preview,
  { columns, paint }: { columns: number; paint: Paint },
): string {
  const width = Math.min(columns, 110)
  const counts = (['added', 'changed', 'as before', 'withdrawn'] as const).flatMap((change) => {
    const count = items.filter((one) => one.change === change).length
    return count === 0 ? [] : [`${count} ${change}`]
  })
  const paints = { added: paint.good, changed: paint.warn, 'as before': paint.faint, withdrawn: paint.bad }
  const lines = items.flatMap((item) => {
    const head = `${paints[item.change](marks[item.change])} ${paint.strong(item.name)}`
    if (item.change === 'withdrawn') return [`${head}  would hold no more: ${goalText(item.goal)}`]
    return [head, ...sentencesOf(item).flatMap((sentence) => hanging('', 4, printable(sentence), width))]
  })
  const against =
    conflicts.length === 0
      ? ['No two intents stand against each other.']
      : [
          paint.warn(`${countOf(conflicts.length, 'conflict')}:`),
          ...conflicts.flatMap(({ because }) => hanging('', 2, because, width)),
        ]
  return [counts.length === 0 ? 'no intents' : counts.join(', '), ...lines, ...against].join('\n')
}

function sentencesOf({ goal, scope, when, devices, line, isOver }: PreviewItem): readonly string[] {
  const where = scope.roles === undefined ? '' : `, where they have the role`
  const named = devices.slice(0, maxDevices).join(', ') + (devices.length > maxDevices ? ', …' : '')
  return [
    `${goalText(goal)} (${scopeText(scope)}; ${whenText(when)})`,
    devices.length === 0 ? 'at no device' : `at ${countOf(devices.length, 'device')}: ${named}${where}`,
    ...(isOver ? ['its time is over: it holds nowhere any more'] : []),
    ...(line === null ? [] : [line]),
  ]
}

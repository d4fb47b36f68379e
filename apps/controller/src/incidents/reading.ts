/** What an event says of incidents: a condition that begins, one that ends, or something that follows from one. Pure. @module */
import type { Event, EventName } from '@vagus/api'
import type { Priority } from '../a2a/task.ts'

export type Reading =
  | {
      readonly type: 'begins'
      /** Any of them may be what is wrong; of one that is told already it is a part. */
      readonly causes: readonly string[]
      readonly signal: string
      /** After so many milliseconds it ends by itself; absent: an event will tell. */
      readonly lasts?: number
      readonly priority: Priority
      readonly text: string
      readonly service?: string
      /** What it may follow from. */
      readonly behind?: readonly string[]
    }
  | {
      readonly type: 'ends'
      readonly signals: readonly string[]
      readonly service?: string
      readonly behind?: readonly string[]
    }
  /** Monitors know nothing of before: what still holds they tell again. */
  | { readonly type: 'restarted' }

/** Milliseconds. A proposal that is outdated tells no end; a session may come back as another. */
const lasting = { expected: 3_600_000, failed: 600_000, gap: 300_000 } as const

type Fields = Event['fields']

const begins = (cause: string, signal: string, priority: Priority) =>
  ({ type: 'begins', causes: [cause], signal, priority }) as const
const ends = (...signals: readonly string[]) => ({ type: 'ends', signals }) as const
const of = (fields: Fields, name: string): string => String(fields[name] ?? '?')
const gapOf = ({ agent = '?', peer = '?' }: Fields): string => `gap ${agent} ${peer}`
const linksIn = ({ links = '' }: Fields): readonly string[] =>
  String(links)
    .split(',')
    .filter((link) => link !== '')
const lineIn = (fields: Fields) => ({
  service: of(fields, 'line'),
  behind: causesIn(String(fields['because'] ?? '')),
})

/** Of each event that says something. */
const readings: Partial<Record<EventName, (fields: Fields) => Reading>> = {
  'controller.started': () => ({ type: 'restarted' }),
  'link.down': (said) => ({
    ...begins(`link:${of(said, 'link')}`, `down ${of(said, 'link')}`, 'high'),
    text: `Link ${of(said, 'link')} is down (${of(said, 'device')} ${of(said, 'interface')})`,
  }),
  'link.up': (said) => ends(`down ${of(said, 'link')}`),
  'link.congested': (said) => ({
    ...begins(`congestion:${of(said, 'link')}`, `congested ${of(said, 'link')}`, 'high'),
    text: `Link ${of(said, 'link')} is congested: ${of(said, 'percent')} % of its capacity`,
  }),
  'link.relieved': (said) => ends(`congested ${of(said, 'link')}`),
  'steering.proposed': (said) => ({
    ...begins(`congestion:${of(said, 'link')}`, `expected ${of(said, 'id')}`, 'medium'),
    lasts: lasting.expected,
    text: `Link ${of(said, 'link')} is about to be congested: ${of(said, 'percent')} % of its capacity; proposal ${of(said, 'id')}`,
  }),
  'steering.relieved': (said) => ends(`expected ${of(said, 'id')}`),
  'steering.measured': (said) => ends(`expected ${of(said, 'id')}`),
  'steering.unmeasured': (said) => ends(`expected ${of(said, 'id')}`),
  'link.unstable': (said) => ({
    ...begins(`link:${of(said, 'link')}`, `unstable ${of(said, 'link')}`, 'high'),
    text: `Link ${of(said, 'link')} goes down again and again`,
  }),
  'link.stable': (said) => ends(`unstable ${of(said, 'link')}`),
  'traffic.unusual': (said) => ({
    ...begins('', `unusual ${of(said, 'id')}`, 'medium'),
    causes: [`unusual:${of(said, 'id')}`, ...linksIn(said).map((link) => `congestion:${link}`)],
    text: `${of(said, 'what')}: ${of(said, 'now')} instead of ${of(said, 'usual')}${of(said, 'because')}`,
    behind: linksIn(said).map((link) => `link:${link}`),
  }),
  'traffic.usual': (said) => ends(`unusual ${of(said, 'id')}`),
  'exporter.silent': (said) => ({
    ...begins(`exporter:${of(said, 'device')}`, `silent ${of(said, 'device')}`, 'medium'),
    text: `${of(said, 'device')} exports nothing: its traffic is not seen`,
    behind: [`device:${of(said, 'device')}`],
  }),
  'exporter.resumed': (said) => ends(`silent ${of(said, 'device')}`),
  'session.gap': (said) => ({
    ...begins('', gapOf(said), 'medium'),
    causes: [`session:${of(said, 'agent')}`, `session:${of(said, 'peer')}`],
    lasts: lasting.gap,
    text: `${of(said, 'agent')} hears nothing from ${of(said, 'peer')}`,
  }),
  'session.up': (said) => ends(gapOf(said)),
  'session.moved': (said) => ends(gapOf(said)),
  'session.over': (said) => ends(gapOf(said)),
  'line.stuck': (said) => ({
    ...begins(`line:${of(said, 'line')}`, `stuck ${of(said, 'line')}`, 'high'),
    ...lineIn(said),
    text: `Line ${of(said, 'line')} is degraded: ${of(said, 'because')}`,
  }),
  'line.failed': (said) => ({
    ...begins(`line:${of(said, 'line')}`, `failed ${of(said, 'line')}`, 'high'),
    ...lineIn(said),
    lasts: lasting.failed,
    text: `Line ${of(said, 'line')} failed: ${of(said, 'because')}`,
  }),
  'line.moved': (said) => ({ ...ends(`stuck ${of(said, 'line')}`), ...lineIn(said) }),
  'line.switched': (said) => ({ ...ends(`stuck ${of(said, 'line')}`), ...lineIn(said) }),
  'line.active': (said) => ends(`stuck ${of(said, 'line')}`, `failed ${of(said, 'line')}`),
  'line.released': (said) => ends(`stuck ${of(said, 'line')}`),
}

/** Undefined: nothing. */
export const readingOf = ({ event, fields }: Pick<Event, 'event' | 'fields'>): Reading | undefined =>
  readings[event]?.(fields)

/** As the line's own reason names it: "r1-r2 is down", "r2 has no agent that is connected", "r1-r2 carries less than …". */
function causesIn(because: string): readonly string[] {
  const [, down] = /^(\S+) is down$/.exec(because) ?? []
  const [, gone] = /^(\S+) (?:has no agent|is gone)/.exec(because) ?? []
  const [, small] = /^(\S+) carries less than/.exec(because) ?? []
  return [
    ...(down === undefined ? [] : [`link:${down}`]),
    ...(gone === undefined ? [] : [`device:${gone}`]),
    ...(small === undefined ? [] : [`congestion:${small}`]),
  ]
}

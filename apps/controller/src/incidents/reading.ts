/** What an event says of incidents: a condition that begins, one that ends, or something that follows from one. Pure. @module */
import type { Event } from '@vagus/api'
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
  | { readonly type: 'ends'; readonly signals: readonly string[]; readonly service?: string; readonly behind?: readonly string[] }
  /** Monitors know nothing of before: what still holds they tell again. */
  | { readonly type: 'restarted' }

/** Milliseconds. A proposal that is outdated tells no end; a session may come back as another. */
const lasting = { expected: 3_600_000, failed: 600_000, gap: 300_000 } as const

/** Undefined: nothing. */
export function readingOf({ event, fields }: Pick<Event, 'event' | 'fields'>): Reading | undefined {
  const of = (name: string): string => String(fields[name] ?? '?')
  switch (event) {
    case 'controller.started':
      return { type: 'restarted' }
    case 'link.down':
      return {
        ...begins(`link:${of('link')}`, `down ${of('link')}`, 'high'),
        text: `Link ${of('link')} is down (${of('device')} ${of('interface')})`,
      }
    case 'link.up':
      return ends(`down ${of('link')}`)
    case 'link.congested':
      return {
        ...begins(`congestion:${of('link')}`, `congested ${of('link')}`, 'high'),
        text: `Link ${of('link')} is congested: ${of('percent')} % of its capacity`,
      }
    case 'link.relieved':
      return ends(`congested ${of('link')}`)
    case 'steering.proposed':
      return {
        ...begins(`congestion:${of('link')}`, `expected ${of('id')}`, 'medium'),
        lasts: lasting.expected,
        text: `Link ${of('link')} is about to be congested: ${of('percent')} % of its capacity; proposal ${of('id')}`,
      }
    case 'steering.relieved':
    case 'steering.measured':
    case 'steering.unmeasured':
      return ends(`expected ${of('id')}`)
    case 'exporter.silent':
      return {
        ...begins(`exporter:${of('device')}`, `silent ${of('device')}`, 'medium'),
        text: `${of('device')} exports nothing: its traffic is not seen`,
        behind: [`device:${of('device')}`],
      }
    case 'exporter.resumed':
      return ends(`silent ${of('device')}`)
    case 'session.gap':
      return {
        ...begins(`session:${of('agent')}`, gapOf(fields), 'medium'),
        causes: [`session:${of('agent')}`, `session:${of('peer')}`],
        lasts: lasting.gap,
        text: `${of('agent')} hears nothing from ${of('peer')}`,
      }
    case 'session.up':
    case 'session.moved':
    case 'session.over':
      return ends(gapOf(fields))
    default:
      return event.startsWith('line.') ? lineReading(event, fields) : undefined
  }
}

function lineReading(event: Event['event'], fields: Event['fields']): Reading | undefined {
  const line = String(fields['line'] ?? '?')
  const because = String(fields['because'] ?? '')
  const service = { service: line, behind: causesIn(because) }
  switch (event) {
    case 'line.stuck':
      return { ...begins(`line:${line}`, `stuck ${line}`, 'high'), ...service, text: `Line ${line} is degraded: ${because}` }
    case 'line.failed':
      return {
        ...begins(`line:${line}`, `failed ${line}`, 'high'),
        ...service,
        lasts: lasting.failed,
        text: `Line ${line} failed: ${because}`,
      }
    case 'line.moved':
      return { ...ends(`stuck ${line}`), ...service }
    case 'line.active':
      return ends(`stuck ${line}`, `failed ${line}`)
    case 'line.released':
      return ends(`stuck ${line}`)
    default:
      return undefined
  }
}

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

const gapOf = ({ agent = '?', peer = '?' }: Event['fields']): string => `gap ${agent} ${peer}`

const begins = (cause: string, signal: string, priority: Priority) =>
  ({ type: 'begins', causes: [cause], signal, priority }) as const
const ends = (...signals: readonly string[]) => ({ type: 'ends', signals }) as const

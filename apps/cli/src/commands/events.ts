/** `vagus events [-f]`: past events as sentences; `-f` follows the stream and resumes it after a disconnect. @module */
import type { Event, EventList } from '@vagus/api'
import { sentenceOf, sentences } from '@vagus/api/sentences'
import type { Client } from '../client.ts'
import { type Call, defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { type Connection, follow } from '../event-stream.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { timeText } from '../format.ts'
import { jsonText } from '../json.ts'
import type { Options, ValuesOf } from '../option.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../table.ts'
import { wrapped } from '../wrap.ts'

const options = {
  follow: { type: 'flag', short: 'f', description: 'follow new events until Ctrl-C; resumes after a disconnect' },
  n: { type: 'count', short: 'n', value: 'COUNT', min: 1, max: 1000, default: 20, description: 'how many past events' },
  after: { type: 'count', value: 'ID', min: 0, max: Number.MAX_SAFE_INTEGER, description: 'only events after this id' },
  ...controllerOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'events',
  summary: 'past events, and new ones with -f',
  effect: 'ro',
  examples: [
    { line: 'vagus events', does: 'the latest twenty' },
    { line: 'vagus events -f', does: 'follows new events' },
    { line: 'vagus events -f --json | jq .event', does: 'one event per line, for programs' },
  ],
  options,
  async run(call) {
    const client = clientFor(call)
    const list = await latest(client, call.values)
    const { json } = call.values
    if (!call.values.follow) {
      const { out, paint, columns } = call.terminal
      if (json) out(jsonText(list))
      else
        out(
          list.items.length === 0
            ? `nothing has happened ${call.values.after === undefined ? 'yet' : `after event ${call.values.after}`}\n`
            : list.items.map((e) => eventLine(e, paint, columns)).join(''),
        )
      return exitCode.ok
    }
    return followed(call, client, list)
  },
})

type EventsCall = Call<typeof options>

/** Pages of the API run from old to new, so the latest are found by reading to the end. */
async function latest(client: Client, { n, after }: ValuesOf<typeof options>): Promise<EventList> {
  const page = 1000
  let last = after ?? 0
  let items: Event[] = []
  for (;;) {
    const list = await client.get<EventList & { kind: 'EventList' }>('EventList', '/v1/events', {
      after: last,
      limit: page,
    })
    items = [...items, ...list.items].slice(-n)
    last = list.items.at(-1)?.id ?? last
    if (list.items.length < page) return { ...list, items }
  }
}

async function followed(call: EventsCall, client: Client, past: EventList): Promise<ExitCode> {
  const { terminal, values, signal } = call
  const show = (event: Event): void =>
    terminal.out(values.json ? `${JSON.stringify(event)}\n` : eventLine(event, terminal.paint, terminal.columns))
  past.items.forEach(show)
  const onConnection = (connection: Connection): void => {
    const text =
      connection.type === 'lost'
        ? `connection lost (${connection.because}); retrying in ${connection.retryInSeconds} s`
        : 'connected again; nothing was missed'
    terminal.err(`${terminal.talkPaint.faint(`– ${text}`)}\n`)
  }
  const after = String(past.items.at(-1)?.id ?? values.after ?? 0)
  for await (const { data } of follow(client, { path: '/v1/events', after, signal, onConnection }))
    show(JSON.parse(data) as Event)
  return exitCode.interrupted
}

/** `12:41:07Z  warning  sentence`; older events show the date too. */
export function eventLine(event: Event, paint: Paint, columns: number): string {
  const mark = { info: paint.faint('info   '), warning: paint.warn('warning'), error: paint.bad('error  ') }
  // A newer controller may send events that are unknown here: show their fields unchanged.
  const text = Object.hasOwn(sentences, event.event)
    ? sentenceOf(event)
    : `${event.event} ${event.subject} ${JSON.stringify(event.fields)}`
  const indent = 31
  const [first = '', ...more] = wrapped(printable(text), columns - indent)
  const below = more.map((line) => `${' '.repeat(indent)}${line}\n`)
  return `${paint.faint(timeText(event.at, ''))}  ${mark[event.severity]}  ${first}\n${below.join('')}`
}

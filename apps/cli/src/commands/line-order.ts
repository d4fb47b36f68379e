/** `vagus line order`: a private line between two sites, for a time. @module */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { LineList, LineRequest, LineResource } from '@vagus/api/lines'
import type { Client } from '../client.ts'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { askLine, askQuote, changeLine } from '../line/ask-line.ts'
import { sameSitesText } from '../line/same-sites.ts'
import { requestOf, wantedOptions } from '../line/line-options.ts'
import { lineText } from '../line/line-text.ts'
import { quoteText } from '../line/quote-text.ts'
import type { Terminal } from '../terminal.ts'

export const command = defineCommand({
  name: 'line order',
  summary: 'a guaranteed rate between two sites, for a time',
  effect: 'rw',
  examples: [
    { line: 'vagus line order --from dc-east --to dc-west --rate 20M --for 1h', does: 'it is there within seconds' },
    {
      line: 'vagus line order --from dc-east --to dc-west --rate 20M --protect',
      does: 'two paths at once, for when one fails',
    },
    {
      line: "vagus line order --from office --to field --rate 9M --start '2026-12-01 03:00'",
      does: 'books it for tonight',
    },
    {
      line: 'vagus line order --from dc-east --to dc-west --rate 20M --max-delay 9ms --json',
      does: 'for a program; no room: exit 4, "because" and "alternative"',
    },
  ],
  options: {
    ...wantedOptions,
    wait: { type: 'flag', description: 'until it is there, also when it begins later' },
    key: { type: 'text', value: 'TEXT', description: 'the same key is the same line, however often it is ordered' },
    ...homeOption,
    ...controllerOption,
    ...jsonOption,
  },
  async run(call) {
    const { values, terminal, signal } = call
    const request = requestOf(values, 'line order')
    const client = clientFor(call)
    const { key = randomUUID() } = values
    let line: LineResource
    try {
      const words = 'vagus line order …'
      const again = `is it there? vagus line ls · the same once more: the same command with --key ${key}`
      line = await changeLine(call, client, { method: 'POST', body: request, key, words, again })
    } catch (error) {
      const refused = await refusalOf(error, client, request)
      if (refused === undefined) throw error
      const now = new Date().toISOString()
      terminal.out(values.json ? jsonText(refused) : `${quoteText(refused, now, terminal)}\n`)
      return exitCode.denied
    }
    const through = values.wait ? (['setting-up', 'booked'] as const) : (['setting-up'] as const)
    const { id } = line
    line = await settled(client, line, through, signal).catch((error: unknown) => {
      // The order is taken: who ends the command must not think that it ended the line.
      const next = `vagus line show ${id} · vagus line release ${id}`
      if (signal.aborted) terminal.err(`vagus: interrupted; ${id} is still ordered: ${next}\n`)
      throw error
    })
    terminal.out(values.json ? jsonText(line) : `${orderedText(line, terminal)}\n`)
    if (!values.json && line.flow === undefined) {
      const list = await client.get<LineList>('LineList', '/v1/lines').catch(() => undefined)
      for (const text of sameSitesText(list?.items ?? [], terminal.columns, id)) terminal.err(`${text}\n`)
    }
    return line.state === 'failed' ? exitCode.failed : exitCode.ok
  },
})

/** Milliseconds between two questions. */
const every = 200
/** Until a line that is being set up must be there, or have failed. */
const setUpWithin = 60_000

/** The line when it has left these states. @throws {Failure} timeout, when it is being set up for too long */
async function settled(
  client: Client,
  line: LineResource,
  through: readonly LineResource['state'][],
  signal: AbortSignal,
): Promise<LineResource> {
  for (let since = Date.now(); through.includes(line.state);) {
    const untilStart = Date.parse(line.start) - Date.now()
    if (line.state !== 'setting-up') since = Date.now()
    else if (Date.now() > since + setUpWithin) {
      const problem = `${line.id} is still being set up after ${setUpWithin / 1000} s: ${line.because}`
      throw new Failure(exitCode.timeout, problem, `vagus line show ${line.id} --watch`)
    }
    await pause(Math.min(Math.max(every, untilStart), 60_000), undefined, { signal })
    line = await askLine(client, line.id)
  }
  return line
}

/** What the controller has instead, if there is no room; undefined when it failed for another reason. */
async function refusalOf(error: unknown, client: Client, request: LineRequest) {
  if (!(error instanceof Failure) || error.exit !== exitCode.failed) return undefined
  const quote = await askQuote(client, request).catch(() => undefined)
  return quote?.possible === false ? quote : undefined
}

function orderedText(line: LineResource, { columns, paint }: Terminal): string {
  const { id } = line
  const shown = lineText(line, { columns, paint, detail: 'plain' })
  if (line.state === 'failed') return shown
  return `${shown}\n\nit ends by itself\n  watch    vagus line show ${id} --watch\n  release  vagus line release ${id}`
}

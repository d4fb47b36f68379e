/** Lists and calls the MCP tools of an agent. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CallToolResult,
  Client,
  type ProgressCallback,
  StreamableHTTPClientTransport,
  type Tool,
} from '@modelcontextprotocol/client'
import { nearestOf } from '@vagus/api/nearest'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { printable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { version } from '../version.ts'
import { noBreak, wrapped } from '../wrap.ts'
import type { Calling } from './calling.ts'
import { oneLine, type Page, tellAnswerer, tellService } from './page.ts'
import { ExplainingFetch } from './side-car-problem.ts'
import { argumentsOfPairs, type Pair } from './tool-arguments.ts'
import type { ToolPins } from './tool-pins.ts'

/** A tool may take any time; Ctrl-C ends it. Milliseconds, the longest that a timer of Node allows. */
const maxTimeout = 2 ** 31 - 1
/** Milliseconds that closing the session may take. */
const farewell = 1000

/** @throws {Failure} */
export function listTools(calling: Calling, { columns, paint }: Pick<Terminal, 'columns' | 'paint'>): Promise<void> {
  return withClient(calling, async (client, answered) => {
    const { tools } = await client.listTools(undefined, { signal: calling.signal })
    tellService(calling.page, answered.service)
    for (const tool of tools) calling.page.json(tool)
    calling.page.own(toolsText(tools, columns, paint.strong))
  })
}

/** @param taken what the tool gets, or words to be read by its schema @throws {Failure} */
export function callTool(
  calling: Calling,
  name: string,
  taken: Readonly<Record<string, unknown>> | readonly Pair[],
): Promise<void> {
  const { agent, page, signal } = calling
  return withClient(calling, async (client, answered) => {
    const onprogress: ProgressCallback = ({ progress, total, message }) => {
      page.json({ progress, total, message })
      const of = total === undefined ? '' : ` of ${total}`
      page.talk(`${agent}: ${progress}${of}${message === undefined ? '' : `: ${message}`}`)
    }
    const args = isPairs(taken) ? argumentsOfPairs(await toolOf(client, calling, name), taken) : taken
    const result = await client.callTool(
      { name, arguments: args },
      { signal, onprogress, timeout: maxTimeout, resetTimeoutOnProgress: true },
    )
    tellService(page, answered.service)
    page.json(result)
    const text = resultText(result, page)
    if (result.isError === true)
      throw new Failure(
        exitCode.failed,
        `the tool ${name} of ${agent} failed: ${oneLine(text)}`,
        isAboutArguments(text) ? `its arguments: vagus agent call ${agent} --tools` : '',
      )
    page.block(text)
  })
}

/** A tool that could not do what it understood says itself what would help; its arguments are another matter. */
const isAboutArguments = (text: string): boolean =>
  /\b(?:invalid|arguments?|parameters?|required|expected|unrecognized|unknown (?:key|field)|schema)\b/i.test(text)

const isPairs = (taken: object): taken is readonly Pair[] => Array.isArray(taken)

/** @throws {Failure} usage: no tool of that name */
async function toolOf(client: Client, { agent, signal }: Calling, name: string): Promise<Tool> {
  const { tools } = await client.listTools(undefined, { signal })
  const found = tools.find((tool) => tool.name === name)
  if (found !== undefined) return found
  const known = tools.map((tool) => tool.name)
  const near = nearestOf(name, known)
  throw new Failure(
    exitCode.usage,
    `${agent} has no tool "${name}"`,
    near === undefined ? `its tools: vagus agent call ${agent} --tools` : `did you mean "${near}"?`,
  )
}

/**
 * Remembers what the tools say now, and says which of them changed.
 * @param pins those that compare, and those that accept @throws {Failure}
 */
export function acceptTools(
  calling: Calling,
  { refusing, accepting }: { readonly refusing: ToolPins; readonly accepting: ToolPins },
): Promise<void> {
  return withClient(calling, async (client, { answerer = calling.agent }) => {
    const { tools } = await client.listTools(undefined, { signal: calling.signal })
    const { refused } = refusing.compare(answerer, tools)
    accepting.compare(answerer, tools)
    const changed = tools.filter(({ name }) => refused.has(name))
    calling.page.block(
      [
        `${calling.agent} is ${answerer}; what its ${tools.length} tools say now is accepted`,
        ...changed.map(({ name, description = '' }) => `changed: ${name}\n  ${description.replaceAll('\n', '\n  ')}`),
      ].join('\n'),
    )
  })
}

async function withClient(
  calling: Calling,
  use: (client: Client, answered: Pick<ExplainingFetch, 'answerer' | 'service'>) => Promise<void>,
): Promise<void> {
  const { agent, sideCar, page, service, signal } = calling
  const explaining = new ExplainingFetch(agent, sideCar, service)
  const client = new Client({ name: 'vagus', version }, { versionNegotiation: { mode: 'auto' } })
  const url = new URL(`${sideCar}/agents/${encodeURIComponent(agent)}/mcp`)
  const transport = new StreamableHTTPClientTransport(url, { fetch: explaining.fetch })
  let isThere = false
  try {
    signal.throwIfAborted()
    await client.connect(transport, { signal })
    isThere = true
    tellAnswerer(page, agent, explaining.answerer)
    await use(client, explaining)
  } catch (error) {
    if (signal.aborted) return
    const { status } = explaining
    const helps = isThere ? toolFailed : status === 404 || status === 405 ? noServer : notStarted
    throw explaining.failureOf(error, ...helps(agent))
  } finally {
    // Otherwise a server with sessions would keep this one for an hour.
    if (!signal.aborted)
      await Promise.race([
        transport.terminateSession().catch(() => undefined),
        sleep(farewell, undefined, { ref: false }),
      ])
    await client.close().catch(() => undefined)
  }
}

const noServer = (agent: string): readonly [string, string] => [
  'serves no MCP',
  `to send it text over A2A: vagus agent call ${agent} TEXT`,
]
const notStarted = (): readonly [string, string] => ['does not start an MCP session', 'see what its server prints']
const toolFailed = (agent: string): readonly [string, string] => [
  'does not accept the call',
  `its tools: vagus agent call ${agent} --tools`,
]

/** The text of all content blocks, each on lines of its own; the structured content when there is no text. */
function resultText({ content, structuredContent }: CallToolResult, page: Page): string {
  const texts = content.flatMap((each): readonly string[] => {
    if (each.type === 'text') return [each.text]
    if (each.type === 'resource_link') return [each.uri]
    if (each.type === 'resource' && 'text' in each.resource) return [each.resource.text]
    page.talk(`content of kind ${each.type} left out; --json prints it`)
    return []
  })
  if (texts.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent)
  return texts.join('\n')
}

/** Columns before the further lines of what a tool takes: deeper than what it does. */
const takesIndent = 6

/** Each tool with all that it takes, below it what it does; optional arguments have a `?`. */
export function toolsText(tools: readonly Tool[], columns: number, strong: (text: string) => string): string {
  if (tools.length === 0) return 'it has no tools'
  const width = Math.min(columns, 100)
  return tools
    .flatMap(({ name, description, inputSchema: { properties = {}, required = [] } }) => {
      const takes = Object.entries(properties).map(
        ([key, schema]) => `${key}${required.includes(key) ? '' : '?'}${typeText(schema)}`,
      )
      const does = (description ?? '').split('\n')[0]!
      const [first = '', ...further] = wrapped(
        `${strong(printable(name))}  ${printable(takes.join(', ') || 'nothing')}`,
        width - takesIndent,
      )
      return [
        first,
        ...further.map((line) => ' '.repeat(takesIndent) + line),
        ...(does === '' ? [] : wrapped(`  ${printable(does)}`, width)),
      ]
    })
    .join('\n')
}

function typeText(schema: unknown): string {
  const { type } = (schema ?? {}) as { readonly type?: unknown }
  return typeof type === 'string' ? `:${noBreak}${type}` : ''
}

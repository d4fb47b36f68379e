/**
 * The router of this host as an MCP server over standard input and output, for both eras of the protocol. It speaks for the
 * device agent: what may be read and changed is decided there, who may call which tool before, by the fleet's policies.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import type { Actor } from '@vagus/api/actor'
import type { NetworkCapability } from '@vagus/api/southbound'
import { agentAt, type AskAgent } from './agent-socket.ts'
import { changingTools } from './changing-tools.ts'
import { instructionsOf } from './instructions.ts'
import { refused } from './network-error.ts'
import { addPrompts } from './prompts.ts'
import { readingTools } from './reading-tools.ts'
import { addResources } from './resources.ts'

export { callerOf } from './caller.ts'

/** In the order in which one uses them. The same for every router, so that definitions can be pinned. */
const networkTools = [...readingTools, ...changingTools]

/** Calls that are being answered in one session; models ask several at once. More are refused, and the model told so. */
const maxCalls = 8
/** Octets of a message of the client: 500 lines of 1,024 characters, written with escapes. */
const maxMessageOctets = 4 * 1024 * 1024
/** Milliseconds to learn what the router is, for the words at the beginning; without it they are said all the same. */
const introductionWithin = 2000

export interface NetworkServerOptions {
  /** Path of the agent's control socket. */
  readonly control: string
  /** `undefined`: the operator. */
  readonly caller: Actor | undefined
  /** Of the server; also how the router is called until its agent says its name. */
  readonly version: string
  /** Called for internal errors. */
  readonly onError: (error: Error) => void
}

/** Runs until the client closes standard input, or `signal` is aborted. */
export async function serveNetwork(options: NetworkServerOptions, signal: AbortSignal): Promise<void> {
  const ask = agentAt(options.control)
  const introduced = await ask({ method: 'GET', path: '/v1/network', within: introductionWithin }, signal)
  const capability = introduced.status === 200 ? (introduced.body as NetworkCapability) : undefined
  const transport = new StdioServerTransport(undefined, undefined, { maxBufferSize: maxMessageOctets })
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('close', resolve)
    process.stdin.once('end', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const handle = serveStdio(() => networkServer(ask, capability, options), { transport, onerror: options.onError })
  if (!signal.aborted) await ended
  await handle.close()
}

/** @param capability of the router, as far as it is known */
function networkServer(
  ask: AskAgent,
  capability: Pick<NetworkCapability, 'device' | 'software' | 'cliDialect'> | undefined,
  { caller, version, onError }: Pick<NetworkServerOptions, 'caller' | 'version' | 'onError'>,
): McpServer {
  const instructions = instructionsOf(capability)
  const server = new McpServer({ name: 'vagus-device', title: 'A router', version }, { capabilities, instructions })
  let calls = 0
  for (const { name, title, description, input, annotations, run } of networkTools)
    server.registerTool(
      name,
      { title, description, inputSchema: input, annotations },
      async (args, { mcpReq: { signal, _meta } }) => {
        if (calls >= maxCalls)
          return refused({
            name: undefined,
            problem: `${maxCalls} calls are being answered`,
            advice: 'Call again in a moment.',
          })
        calls++
        try {
          const trace = _meta?.['traceparent']
          const traced: AskAgent =
            typeof trace === 'string' ? (question, until) => ask({ ...question, trace }, until) : ask
          return await run(args, { ask: traced, caller, newKey: randomUUID, signal })
        } catch (error) {
          if (!signal.aborted) onError(error as Error)
          return refused({
            name: undefined,
            problem: 'the MCP server of this router failed',
            advice: 'Its log says why.',
          })
        } finally {
          calls--
        }
      },
    )
  addResources(server, ask)
  addPrompts(server)
  return server
}

/** Nothing of this server changes. */
const capabilities = {
  tools: { listChanged: false },
  resources: { listChanged: false },
  prompts: { listChanged: false },
}

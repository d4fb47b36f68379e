/**
 * The controller as an MCP server over streamable HTTP, for both eras of the protocol (2025-11-25 and 2026-07-28). Each
 * request has a server of its own, so that there are no sessions to keep.
 * @module
 */
import { createMcpHandler, type McpHttpHandler, McpServer } from '@modelcontextprotocol/server'
import { type Ask, answerOf, refusal } from './answer.ts'
import { commonPlaces, FairPlaces } from './fair-places.ts'
import { inputOf, type JsonSchema, outputOf } from './json-schema.ts'
import { promptsOf } from './prompts.ts'
import { annotationsOf, type Tool } from './tool.ts'

/** Octets of a request: a question is a few hundred. Longer ones are answered with 413. */
export const maxRequestOctets = 65_536
/** Questions that are being answered; models ask several at once. More are refused, and the model told to ask again. */
export const maxQuestions = 16
/** Milliseconds for which clients need not ask again for what no request changes. */
const lasting = { ttlMs: 300_000, cacheScope: 'public' } as const

export interface McpOptions {
  readonly version: string
  /** What is offered, and what a model is told of it as a whole. */
  readonly tools: readonly Tool[]
  readonly instructions: string
  /** For the caller of an HTTP request. */
  readonly askOf: (request: Request | undefined) => Ask
  /** Who sent an HTTP request, where that is known: places are shared by them. */
  readonly callerOf?: (request: Request | undefined) => string
  /** Questions that are answered at once; default `maxQuestions`. */
  readonly atOnce?: number
  /** Called for internal errors. */
  readonly onError: (error: Error) => void
}

export function createMcp(options: McpOptions): McpHttpHandler {
  const { version, tools, instructions, askOf, callerOf, atOnce = maxQuestions, onError } = options
  const addPrompts = promptsOf(askOf(undefined))
  const described = tools.map((tool) => ({
    tool,
    inputSchema: describedBy(inputOf(tool)),
    outputSchema: describedBy(outputOf(tool)),
    annotations: annotationsOf(tool),
  }))
  const places = callerOf === undefined ? commonPlaces(atOnce) : new FairPlaces(atOnce)
  const serve = ({ requestInfo }: { readonly requestInfo?: Request }): McpServer => {
    const ask = askOf(requestInfo)
    const caller = callerOf?.(requestInfo) ?? ''
    const server = new McpServer({ name: 'vagus', title: 'Vagus', version }, { capabilities, cacheHints, instructions })
    for (const { tool, inputSchema, outputSchema, annotations } of described) {
      const { name, title, description } = tool
      const config = { title, description, inputSchema, outputSchema, annotations }
      server.registerTool(name, config, async (args, { mcpReq }) => {
        const release = places.take(caller)
        if (release === undefined) return refusal(`${places.full}; ask again in a moment`)
        try {
          return await answerOf(tool, args, ask, mcpReq.signal)
        } catch (error) {
          if (!mcpReq.signal.aborted) onError(error as Error)
          return refusal('the controller failed to answer; its log says why')
        } finally {
          release()
        }
      })
    }
    addPrompts(server)
    return server
  }
  return createMcpHandler(serve, { maxRequestBodySize: maxRequestOctets })
}

/** Nothing of this server changes, so that the stream of who listens for changes ends at once. */
const capabilities = { tools: { listChanged: false }, prompts: { listChanged: false } }
const cacheHints = { 'server/discover': lasting, 'tools/list': lasting, 'prompts/list': lasting }

/** The API checks arguments and answers: here they only have a description. */
const describedBy = (schema: JsonSchema) => ({
  '~standard': {
    version: 1 as const,
    vendor: 'vagus',
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: () => ({ ...schema }), output: () => ({ ...schema }) },
  },
})

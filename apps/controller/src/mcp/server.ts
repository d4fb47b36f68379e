/**
 * The controller as an MCP server over streamable HTTP, for both eras of the protocol (2025-11-25 and 2026-07-28). Each
 * request has a server of its own, so that there are no sessions to keep.
 * @module
 */
import { createMcpHandler, type McpHttpHandler, McpServer } from '@modelcontextprotocol/server'
import { type Ask, answerOf, refusal } from './answer.ts'
import { instructions } from './instructions.ts'
import { inputOf, type JsonSchema, outputOf } from './json-schema.ts'
import { promptsOf } from './prompts.ts'
import { tools } from './tools.ts'

/** Octets of a request: a question is a few hundred. Longer ones are answered with 413. */
export const maxRequestOctets = 65_536
/** Questions that are being answered; models ask several at once. More are refused, and the model told to ask again. */
export const maxQuestions = 16
/** Milliseconds for which clients need not ask again for what no request changes. */
const lasting = { ttlMs: 300_000, cacheScope: 'public' } as const

export interface McpOptions {
  readonly version: string
  readonly ask: Ask
  /** Called for internal errors. */
  readonly onError: (error: Error) => void
}

export function createMcp({ version, ask, onError }: McpOptions): McpHttpHandler {
  const addPrompts = promptsOf(ask)
  let questions = 0
  const serve = (): McpServer => {
    const server = new McpServer({ name: 'vagus', title: 'Vagus', version }, { capabilities, cacheHints, instructions })
    for (const { tool, inputSchema, outputSchema } of described) {
      const { name, title, description } = tool
      const config = { title, description, inputSchema, outputSchema, annotations }
      server.registerTool(name, config, async (args, { mcpReq }) => {
        if (questions >= maxQuestions)
          return refusal(`${maxQuestions} questions are being answered; ask again in a moment`)
        questions++
        try {
          return await answerOf(tool, args, ask, mcpReq.signal)
        } catch (error) {
          if (!mcpReq.signal.aborted) onError(error as Error)
          return refusal('the controller failed to answer; its log says why')
        } finally {
          questions--
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
/** The hints that MCP has besides are about tools that change something. */
const annotations = { readOnlyHint: true, openWorldHint: false }

/** The API checks arguments and answers: here they only have a description. */
const describedBy = (schema: JsonSchema) => ({
  '~standard': {
    version: 1 as const,
    vendor: 'vagus',
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: () => ({ ...schema }), output: () => ({ ...schema }) },
  },
})

const described = tools.map((tool) => ({
  tool,
  inputSchema: describedBy(inputOf(tool)),
  outputSchema: describedBy(outputOf(tool)),
}))

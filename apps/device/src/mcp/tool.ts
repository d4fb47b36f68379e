/** What a tool is: a question to the device agent, with words for a model around it. @module */
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server'
import type { Actor } from '@vagus/api/actor'
import type { z } from 'zod'
import type { AskAgent } from './agent-socket.ts'

export interface Asking {
  readonly ask: AskAgent
  /** `undefined`: the operator. */
  readonly caller: Actor | undefined
  /** A key for a caller that gives none; another one each time. */
  readonly newKey: () => string
  readonly signal: AbortSignal
}

export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  /** As of the draft, with "_" for ".": clients accept a-z, 0-9, "_" and "-". Never changes: policies name it. */
  readonly name: string
  readonly title: string
  /** The first line says what it does: lists show only that. It never depends on the router, so that it can be pinned. */
  readonly description: string
  readonly input: Input
  readonly annotations: ToolAnnotations
  run(this: void, args: z.output<Input>, asking: Asking): Promise<CallToolResult>
}

/** Keeps the types of one tool together. */
export const tool = <Input extends z.ZodObject>(one: Tool<Input>): Tool => one

export const reads: ToolAnnotations = { readOnlyHint: true, openWorldHint: false }

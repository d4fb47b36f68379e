/** Answers the call of a tool by asking the HTTP API, so that both check the same and say the same. @module */
import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Problem } from '@vagus/api'
import { queryProblem } from '../http/problem.ts'
import { type Answer, type Fitted, fitList, maxAnswerOctets } from './fit.ts'
import { plainText } from './plain.ts'
import { type Arguments, argumentsOf, type Choice, choice, type Tool, viewOf } from './tool.ts'
import { tools } from './tools.ts'

/** What is sent beside the path; default: a GET without content. */
export interface Sent {
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  /** JSON. */
  readonly body?: string
}

/** Asks the HTTP API of this process. @param path with the query */
export type Ask = (path: string, signal: AbortSignal, sent?: Sent) => Promise<Response>

/**
 * The answer as structured content, and the same as JSON in a text, for clients that pass only texts to their model. What
 * is refused is an error of the tool, so that the model reads why and does better.
 */
export async function answerOf(tool: Tool, given: unknown, ask: Ask, signal: AbortSignal): Promise<CallToolResult> {
  const asked = readArguments(tool, given)
  if ('problem' in asked) return refusal(asked.problem)
  const { path, sent } = requestOf(tool, asked.args)
  const response = await ask(path, signal, sent)
  if (!response.ok) return refusal(((await response.json()) as Problem).detail ?? response.statusText)
  const resource = (await response.json()) as Answer
  const fitted = fit(tool, asked.args, viewOf(tool, resource))
  if (fitted === undefined) return refusal(`the answer does not fit into ${maxAnswerOctets} octets; ask for less`)
  const { answer, cut } = fitted
  const structuredContent = cut.length === 0 ? answer : { cut: cut.join('; '), ...answer }
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
}

/** Where the API names a path, the model knows a tool. */
export const refusal = (problem: string): CallToolResult => ({
  content: [{ type: 'text', text: plainText(problem.replace(/\/v1\/[\w/-]+$/, (path) => toolAt(path) ?? path)) }],
  isError: true,
})

const toolAt = (path: string): string | undefined => tools.find(({ route }) => route.path === path)?.name

/** Made once of each tool: a schema is compiled at its first use. */
const schemas = new WeakMap<Tool, ReturnType<typeof argumentsOf>>()
function schemaOf(tool: Tool): ReturnType<typeof argumentsOf> {
  const known = schemas.get(tool) ?? argumentsOf(tool)
  schemas.set(tool, known)
  return known
}

/** Models write null for what they leave out. */
function readArguments(tool: Tool, given: unknown): { readonly args: Arguments } | { readonly problem: string } {
  const entries = Object.entries((given ?? {}) as Arguments).filter(([, value]) => value !== null)
  const args = Object.fromEntries(entries)
  const schema = schemaOf(tool)
  const { success, data, error } = schema.safeParse(args)
  if (success) return { args: data }
  return { problem: queryProblem(error.issues, Object.keys(schema.shape), args).detail! }
}

/** Arguments that the path does not have are its query, or the content where the method has one. */
function requestOf({ route, shape }: Tool, args: Arguments): { readonly path: string; readonly sent?: Sent } {
  let { path } = route
  const others = Object.entries(args).filter(([key, value]) => {
    if (shape.type === 'whole-list' && key in choice.shape) return false
    if (!path.includes(`{${key}}`)) return true
    path = path.replace(`{${key}}`, encodeURIComponent(String(value)))
    return false
  })
  if (route.method === 'post' || route.method === 'patch') {
    const body = JSON.stringify(Object.fromEntries(others))
    return { path, sent: { method: route.method === 'post' ? 'POST' : 'PATCH', body } }
  }
  const query = new URLSearchParams(others.map(([key, value]): [string, string] => [key, String(value)]))
  const whole = query.size === 0 ? path : `${path}?${query.toString()}`
  return route.method === 'delete' ? { path: whole, sent: { method: 'DELETE' } } : { path: whole }
}

function fit({ shape }: Tool, args: Arguments, answer: Answer): Fitted | undefined {
  if (shape.type === 'other') return shape.fit(answer)
  const { list } = shape
  if (shape.type === 'asked-list')
    return fitList(answer, list, { foremost: shape.foremost?.(args) ?? 'first', rest: () => shape.rest })
  const { match, skip } = args as Choice
  const found = chosen(answer[list] as readonly unknown[], match)
  return fitList({ ...answer, [list]: found.slice(skip) }, list, {
    foremost: 'first',
    rest: (shown) => `${skip} were left out before them; ask with skip ${skip + shown} for the next, or with match`,
  })
}

const chosen = (items: readonly unknown[], match: string | undefined): readonly unknown[] =>
  match === undefined ? items : items.filter((item) => JSON.stringify(item).toLowerCase().includes(match.toLowerCase()))

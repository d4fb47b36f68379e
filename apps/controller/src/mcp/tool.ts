/** What a tool is: a resource of the HTTP API, with words for a model around it. @module */
import { z } from '@hono/zod-openapi'
import type { Answer, Fitted, Foremost } from './fit.ts'

/** What a tool needs of a route of the HTTP API. */
interface Route {
  readonly path: string
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  readonly request?: {
    readonly query?: z.ZodObject
    readonly params?: z.ZodObject
    readonly body?: { readonly content: { readonly 'application/json': { readonly schema: z.ZodObject } } }
  }
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': { readonly schema: z.ZodType } } }
  }
}

export type Arguments = Readonly<Record<string, unknown>>

/** How an answer is made to fit. */
export type Shape =
  /** All that there is: `skip` and `match` choose from the list, whatever else the query has. */
  | { readonly type: 'whole-list'; readonly list: string }
  /** As many as were asked for. `foremost` are those that are kept, by default the first. */
  | {
      readonly type: 'asked-list'
      readonly list: string
      readonly foremost?: (args: Arguments) => Foremost
      readonly rest: string
    }
  | { readonly type: 'other'; readonly fit: (answer: Answer) => Fitted | undefined }

export interface Tool {
  readonly name: string
  readonly title: string
  /** The first line says what it answers: lists show only that. */
  readonly description: string
  readonly route: Route
  /** Default: it only reads, also by POST. */
  readonly effect?: 'adds' | 'changes' | 'ends'
  readonly shape: Shape
  /** Instead of those of the API: a model pays for each octet. */
  readonly defaults?: Readonly<Record<string, string | number>>
  /** What is shown, where that is not the resource as it is; else a part of it. */
  readonly shows?: z.ZodType<Answer>
  /** Makes of the resource what is shown, where that is more than a part of it. */
  readonly view?: (resource: Answer) => Answer
}

/**
 * What clients are told of the effect, so that they ask their people before it. The same call again has no further one: an
 * order has a key.
 */
export const annotationsOf = ({ effect }: Tool) =>
  effect === undefined
    ? { readOnlyHint: true, openWorldHint: false }
    : { readOnlyHint: false, destructiveHint: effect === 'ends', idempotentHint: true, openWorldHint: false }

/** Which items of a list that is answered whole. */
export const choice = z.object({
  match: z.string().min(1).max(100).optional().describe('only items with this text'),
  skip: z.int().min(0).default(0).describe('items to leave out first'),
})
export type Choice = z.infer<typeof choice>

/** What the arguments of a tool must be: parameters of the path, query and body as the API has them, and a `choice` of a list. */
export function argumentsOf({ route, shape, defaults = {} }: Tool): z.ZodObject {
  const { params, query, body } = route.request ?? {}
  const { n, ...others } = { ...params?.shape, ...query?.shape, ...body?.content['application/json'].schema.shape }
  // A list that the API gives whole is cut here, with a way to the rest.
  const asked = n === undefined || shape.type === 'whole-list' ? others : { ...others, n }
  const own = Object.entries(defaults).map(([key, value]) => [key, (asked[key] as z.ZodType).default(value)] as const)
  const more = shape.type === 'whole-list' ? choice.shape : {}
  return z.strictObject({ ...asked, ...Object.fromEntries(own), ...more })
}

export const shownBy = ({ route, shows }: Tool): z.ZodType =>
  shows ?? route.responses[200].content['application/json'].schema

/** What is shown of a resource. Without its tags: the name of the tool says what it is. */
export function viewOf({ shows, view }: Tool, resource: Answer): Answer {
  // A part is chosen, not checked: what the API answers is answered here, too.
  const part = view === undefined ? (shows?.safeParse(resource).data ?? resource) : view(resource)
  const { apiVersion: _, kind: __, ...shown } = part
  return shown
}

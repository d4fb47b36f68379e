/** A controller with private lines, in this process, on a Unix socket; it answers changes as it is told to, to its operator. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import {
  type Line,
  lineChangeSchema,
  type LineQuote,
  lineQuoteSchema,
  lineRequestSchema,
  lineResourceSchema,
  linesQuerySchema,
} from '@vagus/api/lines'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { lineResourceOf } from './line-samples.ts'
import { recorded } from './surroundings.ts'

interface Problem {
  readonly status: number
  readonly detail: string
}
interface Asked {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly key: string | undefined
}

export interface LinesController {
  readonly home: string
  /** Changes that were asked for with the key of the operator. */
  readonly asked: Asked[]
  /** What it has, by id; a read of one may change it. */
  readonly lines: Map<string, () => Line>
  quote: () => LineQuote | Problem
  answer: (asked: Asked) => Line | Problem
  /** `vagus line …`; what changes something, as the operator. */
  typed(
    words: readonly string[],
    more?: { readonly home?: string; readonly signal?: AbortSignal },
  ): Promise<{ readonly exit: number; readonly out: string; readonly err: string }>
}

const operatorKey = 'the-key-of-the-operator'

export async function linesController(t: TestContext): Promise<LinesController> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-lines-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [socket, home] = [join(folder, 'controller.sock'), join(folder, 'home')]
  mkdirSync(home)
  writeFileSync(join(home, 'operator.key'), `${operatorKey}\n`, { mode: 0o600 })
  const none = (): Problem => ({ status: 500, detail: 'the test has no answer' })
  const controller: LinesController = {
    home,
    asked: [],
    lines: new Map(),
    quote: none,
    answer: none,
    async typed(words, { home: other = home, signal } = {}) {
      const around = { ...recorded(), ...(signal !== undefined && { signal }) }
      const isChange = ['order', 'change', 'approve', 'release'].includes(words[0]!)
      const args = ['line', ...words, ...(isChange ? ['--home', other] : []), '--controller', `unix:${socket}`]
      const exit = await run(registry, args, around)
      return { exit, out: around.written.out, err: around.written.err }
    },
  }
  const server = createServer((request, response) => {
    void answerTo(request, controller).then((answer) => {
      const made = request.method === 'POST' ? 201 : 200
      response.statusCode = 'status' in answer && typeof answer.status === 'number' ? answer.status : made
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((done) => server.listen(socket, done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return controller
}

async function answerTo(request: IncomingMessage, controller: LinesController): Promise<object> {
  const { pathname: path, searchParams } = new URL(request.url!, 'http://controller')
  const { method = '' } = request
  const body: unknown = JSON.parse((await text(request)) || 'null')
  if (path === '/v1/line-quotes') {
    lineRequestSchema.parse(body)
    const answer = controller.quote()
    return 'status' in answer ? problemOf(answer) : lineQuoteSchema.parse(answer)
  }
  if (method === 'GET') {
    if (path === '/v1/lines') {
      const { state } = linesQuerySchema.parse(Object.fromEntries(searchParams))
      const items = [...controller.lines.values()]
        .map((one) => one())
        .filter((one) => (state ?? one.state) === one.state)
      return { apiVersion: 'vagus/v1', kind: 'LineList', now: new Date().toISOString(), items }
    }
    const id = path.split('/')[3]!
    const line = controller.lines.get(id)?.()
    return line === undefined
      ? problemOf({ status: 404, detail: `there is no line "${id}"; see /v1/lines` })
      : lineResourceOf(line)
  }
  if (request.headers.authorization !== `Bearer ${operatorKey}`)
    return problemOf({ status: 403, detail: 'a line is ordered only with the key of the operator' })
  if (method === 'POST' && path === '/v1/lines') lineRequestSchema.parse(body)
  if (method === 'PATCH') lineChangeSchema.parse(body)
  const key = request.headers['idempotency-key']
  const asked = { method, path, body, key: typeof key === 'string' ? key : undefined }
  controller.asked.push(asked)
  const answer = controller.answer(asked)
  return 'detail' in answer ? problemOf(answer) : lineResourceSchema.parse(lineResourceOf(answer))
}

const problemOf = ({ status, detail }: Problem): object => ({ type: 'about:blank', title: 'No', status, detail })

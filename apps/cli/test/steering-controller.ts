/** A controller with proposals, in this process, on a Unix socket; it answers approvals as it is told to, to its operator. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import {
  type ApprovalRequest,
  approvalRequestSchema,
  type ApprovalResource,
  approvalResourceSchema,
  type Proposal,
  proposalListSchema,
  proposalsQuerySchema,
} from '@vagus/api/steering'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { resourceOf } from './steering-samples.ts'
import { recorded } from './surroundings.ts'

interface Problem {
  readonly status: number
  readonly detail: string
}
/** `POST` has a body, `DELETE` none. */
type Asked = ApprovalRequest | 'end'

export interface SteeringController {
  /** Its home, where the key of its operator is. */
  readonly home: string
  /** What was asked of approvals, with the key. */
  readonly asked: { readonly id: string; readonly what: Asked }[]
  answer: (id: string, what: Asked) => ApprovalResource | Problem | Promise<Problem>
  /** `vagus proposal …` as the operator. */
  typed(
    words: readonly string[],
    more?: { readonly signal?: AbortSignal; readonly home?: string },
  ): Promise<{ readonly exit: number; readonly out: string; readonly err: string }>
}

const apiVersion = 'vagus/v1'
const key = 'the-key-of-the-operator'

export async function steeringController(t: TestContext, proposals: readonly Proposal[]): Promise<SteeringController> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-steering-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [socket, home] = [join(folder, 'controller.sock'), join(folder, 'home')]
  mkdirSync(home)
  writeFileSync(join(home, 'operator.key'), `${key}\n`, { mode: 0o600 })
  const controller: SteeringController = {
    home,
    asked: [],
    answer: () => ({ status: 500, detail: 'the test has no answer' }),
    async typed(words, { signal, home: other = home } = {}) {
      const around = recorded()
      const isChange = words[0] === 'approve' || words[0] === 'undo'
      const args = ['proposal', ...words, ...(isChange ? ['--home', other] : []), '--controller', `unix:${socket}`]
      const exit = await run(registry, args, signal === undefined ? around : { ...around, signal })
      return { exit, out: around.written.out, err: around.written.err }
    },
  }
  const server = createServer((request, response) => {
    void answerTo(request, proposals, controller).then((answer) => {
      response.statusCode = 'status' in answer && typeof answer.status === 'number' ? answer.status : 200
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

async function answerTo(
  request: IncomingMessage,
  proposals: readonly Proposal[],
  controller: SteeringController,
): Promise<object> {
  const { pathname: path, searchParams } = new URL(request.url!, 'http://controller')
  const now = new Date().toISOString()
  if (path === '/v1/borders') return { apiVersion, kind: 'BorderList', now, items: [] }
  if (path === '/v1/proposals') {
    proposalsQuerySchema.parse(Object.fromEntries(searchParams))
    return proposalListSchema.parse({ apiVersion, kind: 'ProposalList', now, items: proposals })
  }
  const [, , , id = '', approval] = path.split('/')
  const one = proposals.find((each) => each.id === id)
  if (one === undefined) return problemOf({ status: 404, detail: `there is no proposal "${id}"; see /v1/proposals` })
  if (approval === undefined) return { ...resourceOf(one), now }
  const body = await text(request)
  if (request.headers.authorization !== `Bearer ${key}`)
    return problemOf({ status: 403, detail: 'a proposal is approved only with the key of the operator' })
  const what = request.method === 'DELETE' ? 'end' : approvalRequestSchema.parse(JSON.parse(body))
  controller.asked.push({ id, what })
  const answer = await controller.answer(id, what)
  return 'kind' in answer ? approvalResourceSchema.parse(answer) : problemOf(answer)
}

const problemOf = ({ status, detail }: Problem): object => ({ type: 'about:blank', title: 'No', status, detail })

/**
 * A controller with proposals and the agents that it names, all in this process, on Unix sockets. The agents keep classes as
 * real ones do: one of an owner at a place, replaced by the next; each can be made to refuse.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Proposal, proposalListSchema, proposalsQuerySchema } from '@vagus/api/steering'
import { type ActuationList, type ActuationPlan, actuationRequestSchema } from '@vagus/api/telemetry'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { resourceOf } from './steering-samples.ts'
import { recorded } from './surroundings.ts'

type Actuation = ActuationList['active'][number]
interface Answer {
  readonly status: number
  readonly body: object
}
/** `cut`: the change is made, and the connection ends without an answer. `leak`: one more neighbour is told. */
type Fault = { readonly status: number; readonly detail: string } | 'cut' | 'unseen' | 'leak'

interface FakeAgent {
  active: Actuation[]
  /** `METHOD path class` of every question. */
  readonly asked: string[]
  /** What its neighbour is told of every prefix without a class. */
  told: ActuationPlan['before']
  /** Called for every question; what it returns goes wrong. */
  fault: (asked: string) => Fault | undefined
}

export interface SteeringNetwork {
  readonly agents: Readonly<Record<string, FakeAgent>>
  /** All that any agent was asked to change, in order. */
  readonly changes: string[]
  /** `vagus proposal …` */
  typed(
    words: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ readonly exit: number; readonly out: string; readonly err: string }>
}

const apiVersion = 'vagus/v1'
const medOf: Readonly<Record<number, number>> = { 3: 100, 4: 200, 5: 500 }
export const told = (med: number, asPathLength = 2) => [{ neighbour: '10.0.1.2', med, asPathLength }]
const problem = (status: number, detail: string): Answer => ({ status, body: { title: detail, status, detail } })

export async function steeringNetwork(t: TestContext, proposals: readonly Proposal[]): Promise<SteeringNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-steering-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const changes: string[] = []
  const names = ['pe-1', 'pe-2', 'pe-4']
  const agents: Record<string, FakeAgent> = {}
  for (const device of names) {
    const agent: FakeAgent = { active: [], asked: [], told: told(100), fault: () => undefined }
    agents[device] = agent
    await serve(t, join(folder, `${device}.sock`), (request, body) => answerOf(device, agent, changes, request, body))
  }
  const controller = join(folder, 'controller.sock')
  const devices = names.map((name) => ({ name, agent: join(folder, `${name}.sock`) }))
  const links = ['pe-1-tr-1', 'pe-2-tr-1', 'pe-4-tr-2'].map((name) => {
    return { name, a: { node: name.slice(0, 4), interface: 'eth3' }, z: { node: 'transit' } }
  })
  await serve(t, controller, ({ url = '' }) => {
    const { pathname: path, searchParams } = new URL(url, 'http://controller')
    const now = new Date().toISOString()
    if (path === '/v1/config') return { status: 200, body: { devices, links } }
    if (path === '/v1/borders') return { status: 200, body: { apiVersion, kind: 'BorderList', now, items: [] } }
    if (path === '/v1/proposals') {
      proposalsQuerySchema.parse(Object.fromEntries(searchParams))
      return {
        status: 200,
        body: proposalListSchema.parse({ apiVersion, kind: 'ProposalList', now, items: proposals }),
      }
    }
    const one = proposals.find(({ id }) => path === `/v1/proposals/${id}`)
    return one === undefined
      ? problem(404, `there is no proposal "${path.slice(14)}"; see /v1/proposals`)
      : { status: 200, body: { ...resourceOf(one), now } }
  })
  return {
    agents,
    changes,
    async typed(words, signal) {
      const around = recorded()
      const args = ['proposal', ...words, '--controller', `unix:${controller}`]
      const exit = await run(registry, args, signal === undefined ? around : { ...around, signal })
      return { exit, out: around.written.out, err: around.written.err }
    },
  }
}

/** `seconds` from now on, since `appliedAt`. */
export const classInForce = (
  prefix: string,
  number: number,
  more: Partial<Actuation> & { readonly seconds?: number } = {},
): Actuation => {
  const { seconds = 600, ...rest } = more
  return {
    id: `${prefix}@3#old.${number}`,
    owner: 'steering',
    prefix,
    interface: 'eth3',
    class: number,
    appliedAt: new Date(Date.now() - 60_000).toISOString(),
    expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
    ...rest,
  }
}

function answerOf(
  device: string,
  agent: FakeAgent,
  changes: string[],
  { method = '', url = '' }: IncomingMessage,
  text: string,
): Answer | 'cut' {
  const { pathname, searchParams } = new URL(url, 'http://device')
  const body = text === '' ? undefined : actuationRequestSchema.parse(JSON.parse(text))
  const asked = [method, pathname.replace('/v1/bgp/', ''), body?.class ?? ''].join(' ').trim()
  agent.asked.push(asked)
  const fault = agent.fault(asked)
  if (typeof fault === 'object') return problem(fault.status, fault.detail)
  const isChange = asked.includes('actuations') && method !== 'GET'
  if (isChange) changes.push(`${device} ${asked}`)
  const answer = done()
  return fault === 'cut' ? 'cut' : answer

  function done(): Answer {
    const ok = (kind: string, more: object): Answer => ({ status: 200, body: { apiVersion, kind, device, ...more } })
    if (method === 'GET') return ok('ActuationList', { active: agent.active, ended: [] })
    if (method === 'DELETE') {
      const id = searchParams.get('id')!
      const one = agent.active.find((each) => each.id === id)
      if (one !== undefined && one.owner !== searchParams.get('owner')) return problem(409, `${id} is of ${one.owner}`)
      agent.active = agent.active.filter((each) => each.id !== id)
      return ok('ActuationUndone', { id, state: one === undefined ? 'ended' : 'undone' })
    }
    const { prefix, interface: name, owner, class: number, seconds } = body!
    if (pathname === '/v1/bgp/plan') {
      const plan = { prefix, interface: name, class: { number, med: medOf[number] } }
      return ok('ActuationPlan', { ...plan, nextHop: null, communities: [], before: agent.told, replaces: null })
    }
    const made = classInForce(prefix, number, {
      id: `${prefix}@3#new.${changes.length}`,
      interface: name,
      owner,
      seconds,
    })
    const actuation = { ...made, appliedAt: new Date().toISOString() }
    agent.active = [...agent.active.filter((one) => one.prefix !== prefix || one.interface !== name), actuation]
    const verifiedAfterMs = fault === 'unseen' ? null : 50
    const after = agent.told.map((one) => ({ ...one, med: medOf[number]! }))
    const added = fault === 'leak' ? [{ neighbour: '10.0.9.2', med: 200, asPathLength: 2 }] : []
    return ok('ActuationReceipt', { actuation, before: agent.told, after: [...after, ...added], verifiedAfterMs })
  }
}

async function serve(
  t: TestContext,
  socket: string,
  answer: (request: IncomingMessage, body: string) => Answer | 'cut',
): Promise<void> {
  const respond = (request: IncomingMessage, response: ServerResponse, text: string): void => {
    const made = answer(request, text)
    if (made === 'cut') return void request.socket.destroy()
    response.statusCode = made.status
    response.end(JSON.stringify(made.body))
  }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => respond(request, response, text))
  })
  await new Promise<void>((done) => server.listen(socket, done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
}

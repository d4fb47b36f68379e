/** The network's tasks over lines in virtual time, asked as A2A asks: JSON-RPC, by an agent that a side-car has named. */
import assert from 'node:assert/strict'
import type { Event } from '@vagus/api'
import type { Proposal } from '@vagus/api/steering'
import { setTimeout as sleep } from 'node:timers/promises'
import { a2aApp } from '../../src/a2a/a2a-app.ts'
import { networkCard } from '../../src/a2a/agent-card.ts'
import { NetworkAgent } from '../../src/a2a/network-agent.ts'
import { PushDesk } from '../../src/a2a/push-desk.ts'
import { diagnosisSkill, incidentSkill } from '../../src/a2a/skills/incident.ts'
import { insightSkill } from '../../src/a2a/skills/insight.ts'
import { privateLineSkill } from '../../src/a2a/skills/private-line.ts'
import { approvalSkill, proposalSkill } from '../../src/a2a/skills/steering.ts'
import type { KeptTask } from '../../src/a2a/task.ts'
import { TaskBook, type TaskKeeper } from '../../src/a2a/task-book.ts'
import { TaskDesk } from '../../src/a2a/task-desk.ts'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { IncidentDesk, type KeptIncidents } from '../../src/incidents/incident-desk.ts'
import type { Wish } from '../../src/steering/approval/approval-maker.ts'
import type { LineBounds } from '../../src/lines/agents/line-bounds.ts'
import { twoByTwo } from '../lines/agents/two-by-two.ts'
import { Scene } from '../lines/scene.ts'
import { idOf } from '../support/roster.ts'
import type { ShownEvent, ShownTask } from './shown.ts'

export const writer = idOf(1)
export const reader = idOf(2)
export const boss = idOf(3)
export const order = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 10e6, for: '30m' }

class MemoryTasks implements TaskKeeper {
  readonly kept = new Map<string, string>()
  /** Writes that the disk takes before it is full. */
  room = Infinity

  load(): readonly KeptTask[] {
    return [...this.kept.values()].map((text) => JSON.parse(text) as KeptTask)
  }
  keep(task: KeptTask): void {
    if (this.room <= 0) throw new Error('the disk is full')
    this.room--
    this.kept.set(task.id, JSON.stringify(task))
  }
  forget(id: string): void {
    this.kept.delete(id)
  }
}

export class TaskScene {
  readonly lines = new Scene(twoByTwo())
  readonly tasks = new MemoryTasks()
  readonly events: Event[] = []
  incidentsKept: KeptIncidents | undefined
  readonly proposals = new Map<string, Proposal>()
  readonly approved: { readonly id: string; readonly wish: Wish }[] = []
  /** What is posted, and whether it is taken. */
  readonly posted: {
    readonly agent: string
    readonly path: string
    readonly token: string
    readonly event: ShownEvent
  }[] = []
  takesPosts = true
  /** What approving waits for, and what questions about traffic are answered with. */
  approving: Promise<void> | undefined
  answer = async (): Promise<Response> => Response.json({ names: [] })
  /** Why the policies refuse a skill, by agent and skill. */
  readonly refused = new Map<string, string>()
  readonly reported: string[] = []
  desk!: TaskDesk
  log!: EventLog
  incidents!: IncidentDesk
  push!: PushDesk
  #app!: ReturnType<typeof a2aApp>
  #stop!: AbortController
  #unwatch: () => void = () => undefined
  #ids = 0
  #rpc = 0

  readonly #orders: 'lines' | 'no lines'

  constructor(bounds: Partial<LineBounds> = {}, orders: 'lines' | 'no lines' = 'lines') {
    this.#orders = orders
    this.lines.bound(bounds)
    for (const [id, name] of [
      [writer, 'writer'],
      [reader, 'reader'],
      [boss, 'boss'],
    ] as const)
      this.lines.join(id, name, 'dc-east')
    this.#begin()
  }

  get now(): number {
    return this.lines.now
  }

  tell(draft: EventDraft): void {
    this.log.append(draft, this.now)
  }

  /** Kill -9, and another start. */
  async crash(): Promise<void> {
    this.#unwatch()
    this.#stop.abort()
    this.desk.stop()
    this.incidents.stop()
    this.lines.crash()
    this.#begin()
    await this.settled()
  }

  /** So many seconds, with all that is done in each. */
  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      await this.lines.seconds(1)
      this.incidents.step()
      this.desk.step()
      this.push.step()
      await this.settled()
    }
  }

  async settled(): Promise<void> {
    await this.lines.settled()
    await sleep(0)
  }

  /** The answer of an operation. */
  async call<Answer = ShownTask>(agent: string, method: string, params: object): Promise<Answer> {
    const response = await this.#post(agent, method, params)
    const { result, error } = (await response.json()) as {
      readonly result: Answer
      readonly error?: { readonly message: string }
    }
    if (error !== undefined) throw new Error(error.message)
    return result
  }

  /** The task that a message began; what is begun is done, as far as it can be without time. */
  async send(agent: string, parts: readonly object[], more: Message = {}): Promise<ShownTask> {
    const { metadata, configuration, ...message } = more
    const own = { messageId: `m-${++this.#ids}`, role: 'ROLE_USER', parts, ...message }
    const now = { returnImmediately: true, ...configuration }
    const params = { message: own, metadata, configuration: now }
    const sent = await this.call<ShownTask & { readonly task?: ShownTask }>(agent, 'SendMessage', params)
    if (sent.task === undefined) return sent
    await this.settled()
    return this.task(agent, sent.task.id)
  }

  task(agent: string, id: string): Promise<ShownTask> {
    return this.call(agent, 'GetTask', { id })
  }

  /** Events as they come; ended by the test. */
  async stream(
    agent: string,
    method: string,
    params: object,
  ): Promise<{ readonly events: ShownEvent[]; readonly ended: Promise<void> }> {
    const response = await this.#post(agent, method, params)
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    const events: ShownEvent[] = []
    const read = async (): Promise<void> => {
      let text = ''
      for await (const octets of response.body!.pipeThrough(new TextDecoderStream())) {
        text += octets
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          const event = text.slice(0, at)
          text = text.slice(at + 2)
          if (event.startsWith('data: '))
            events.push((JSON.parse(event.slice(6)) as { readonly result: ShownEvent }).result)
        }
      }
    }
    return { events, ended: read() }
  }

  async raw(headers: Readonly<Record<string, string>>, body: string, path = '/a2a'): Promise<Response> {
    return this.#app.fetch(new Request(`http://x${path}`, { method: 'POST', headers, body }))
  }

  #post(agent: string, method: string, params: object): Promise<Response> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++this.#rpc, method, params })
    return this.raw({ 'vagus-agent': agent, 'a2a-version': '1.0', 'content-type': 'application/json' }, body)
  }

  #begin(): void {
    const { lines } = this
    const now = (): number => this.now
    const report = (line: string): void => void this.reported.push(line)
    this.log = new EventLog(
      { load: () => this.events.slice(), append: (event) => ((this.events[event.id - 1] = event), '') },
      () => assert.fail(),
    )
    this.incidents = new IncidentDesk({
      events: this.log,
      keeper: { load: () => this.incidentsKept, keep: (state) => (this.incidentsKept = structuredClone(state)) },
      topology: { linksOf: () => [], endsOf: () => [] },
      now,
      report,
    })
    const book = new TaskBook(this.tasks)
    const steering = {
      proposals: { find: (id: string) => this.proposals.get(id), all: () => [...this.proposals.values()] },
      approve: async (id: string, wish: Wish) => {
        if (this.approving !== undefined) await this.approving
        this.approved.push({ id, wish })
        const { by, approver, seconds } = wish
        const times = { at: iso(this.now), until: iso(this.now + seconds * 1000) }
        const ends = { leases: [], endedAt: null, because: null }
        const approval = { by, ...(approver && { approver }), state: 'in-force', ...times, ...ends } as const
        this.proposals.set(id, { ...this.proposals.get(id)!, approval })
        return approval
      },
      config: () => lines.config.steering,
      said: () => this.events,
      tell: (draft: EventDraft) => this.tell(draft),
      now,
    }
    this.desk = new TaskDesk({
      book,
      skills: [
        diagnosisSkill({ incidents: this.incidents, domain: 'acme' }),
        incidentSkill({ incidents: this.incidents, domain: 'acme', now }),
        approvalSkill(steering),
        proposalSkill(steering),
        ...(this.#orders === 'no lines'
          ? []
          : [
              privateLineSkill({
                lines: lines.agents,
                book: lines.book,
                proofOf: () => 'a.b.c',
                sites: () => lines.config.sites.map(({ name }) => name),
              }),
            ]),
        insightSkill({ ask: () => this.answer(), clock: now }),
      ],
      refusalOf: (agent, _, skill) => this.refused.get(`${agent} ${skill}`),
      barred: (agent) => {
        const standing = lines.members.get(agent)?.standing
        return standing?.type === 'barred' ? standing.because : undefined
      },
      newId: () => `id-${++this.#ids}`,
      now,
      report,
    })
    this.push = new PushDesk({
      desk: this.desk,
      post: async (agent, path, token, json) => {
        if (!this.takesPosts) throw new Error('answered 503')
        this.posted.push({ agent, path, token, event: JSON.parse(json) as ShownEvent })
      },
      newId: () => `push-${++this.#ids}`,
      now,
      report,
    })
    const unwatch = [lines.book.watch(() => this.desk.look()), book.watch(() => this.push.step())]
    this.incidents.watch(() => {
      for (const { id, skill } of book.open) if (skill === 'incident') book.tell(id)
    })
    this.#unwatch = () => unwatch.forEach((end) => end())
    this.#stop = new AbortController()
    const card = networkCard('1', this.desk.skills, { push: true })
    const handler = new NetworkAgent({ desk: this.desk, card, push: this.push, newId: () => `message-${++this.#ids}` })
    const standingOf = (agent: string) =>
      lines.members.get(agent)?.standing ?? ({ type: 'barred', because: 'no member' } as const)
    this.#app = a2aApp({ handler, card, standingOf, signal: this.#stop.signal })
    this.desk.step()
  }
}

interface Message {
  readonly metadata?: object
  readonly configuration?: object
  readonly messageId?: string
  readonly taskId?: string
  readonly contextId?: string
}

const iso = (at: number): string => new Date(at).toISOString()

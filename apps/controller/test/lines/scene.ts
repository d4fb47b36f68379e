/** A diamond of four routers in virtual time, and a desk that lays lines through it. */
import assert from 'node:assert/strict'
import type { Config } from '@vagus/api'
import type { LineRequest, LineResource } from '@vagus/api/lines'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { AgentLines } from '../../src/lines/agents/agent-lines.ts'
import type { LineBounds } from '../../src/lines/agents/line-bounds.ts'
import { LineOrderers, type Standing } from '../../src/lines/agents/line-orderers.ts'
import { LineBook } from '../../src/lines/line-book.ts'
import { LineDesk, type LineDeskParts } from '../../src/lines/line-desk.ts'
import { lineNetworkOf } from '../../src/lines/line-network.ts'
import { diamond } from './diamond.ts'
import { FakeRouters } from './fake-routers.ts'
import { MemoryLines } from './memory-lines.ts'

export const request: LineRequest = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 20e6, for: '1h' }
/** What the line holds over r2, with the number of its path. */
export const over = (middle: 'r2' | 'r3', number: number): readonly string[] => [
  ...['r1', middle, 'r4'].map((device) => `hold ${number} at ${device}`),
  `steer ${number} at r1`,
  `steer ${number} at r4`,
]

export class Scene {
  now = Date.parse('2026-11-28T03:00:00Z')
  config: Config
  readonly keeper = new MemoryLines()
  readonly routers = new FakeRouters(() => this.now)
  readonly down = new Set<string>()
  readonly told: EventDraft[] = []
  readonly reported: string[] = []
  /** Of the fleet, by id. */
  readonly members = new Map<string, { readonly standing: Standing; readonly site: string | null }>()
  readonly orderers = new LineOrderers({
    config: () => this.config.lines!,
    standingOf: (id) => this.members.get(id)?.standing ?? { type: 'barred', because: `${id} is no member` },
    siteOf: (id) => this.members.get(id)?.site ?? null,
  })
  /** As of `openNetwork`. */
  open: LineDeskParts['open']
  book = new LineBook(this.keeper)
  desk: LineDesk
  agents: AgentLines
  #plans = 0
  #tokens = 0
  #changes = 0
  #settledAt = 0

  constructor(config = diamond()) {
    this.config = config
    ;[this.desk, this.agents] = this.#begin()
  }

  /** From now on agents may order within these, and what is usual else. */
  bound(bounds: Partial<LineBounds>): void {
    const usual: LineBounds = { rate: 20e6, least: 1e6, for: '1h', share: 0.3, count: 64, each: 4, sites: 'own' }
    this.config.lines!.agents = { ...usual, ...bounds }
  }

  /** An agent of the fleet; null: it is at no site. */
  join(id: string, name: string, site: string | null): void {
    this.members.set(id, { standing: { type: 'member', name }, site })
  }

  /** It is no member any more, or in quarantine. */
  bar(id: string, because: string): void {
    this.members.set(id, { standing: { type: 'barred', because }, site: null })
  }

  /** Kill -9, and another start. */
  crash(): void {
    this.routers.kill()
    this.book = new LineBook(this.keeper)
    ;[this.desk, this.agents] = this.#begin()
  }

  /** So many seconds, with a step in each. */
  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      this.now += 1000
      await this.desk.step()
      await this.settled()
    }
  }

  /** What was begun is done: where anything was, also behind the drains of paths that it leaves. */
  async settled(): Promise<void> {
    await turns()
    while (this.#settledAt !== this.#deeds) {
      this.#settledAt = this.#deeds
      await new Promise((resolve) => setTimeout(resolve, 2)) // a drain takes a millisecond
      await turns()
    }
    assert.deepEqual([this.routers.violations, this.reported], [[], []])
  }

  /** Changes of the book, and what routers were asked. */
  get #deeds(): number {
    return this.#changes + this.routers.calls.length
  }

  /** An order that has been set up, or has failed. */
  async ordered(more: Partial<LineRequest> = {}): Promise<LineResource> {
    const { line } = this.desk.order({ ...request, ...more }, undefined)
    await this.settled()
    return this.line(line.id)
  }

  line(id = 'line-1'): LineResource {
    return this.desk.find(id)!
  }

  /** Names of events, in their order. */
  get events(): readonly string[] {
    return this.told.splice(0).map(({ event }) => event)
  }

  #begin(): [LineDesk, AgentLines] {
    const { asker } = this.routers
    const lines = this.config.lines!
    const agentOf = (device: string): string => `did:test:${device}`
    const absent = new Map(this.config.devices.map(({ id, name }) => [id, agentOf(name)]))
    const desk = new LineDesk({
      book: this.book,
      orderers: this.orderers,
      config: () => lines,
      network: () =>
        lineNetworkOf({
          config: this.config,
          lines,
          linkState: (link) => (this.down.has(link) ? 'down' : 'up'),
          measured: new Map(),
          absence: (id) =>
            asker.connectedSince(absent.get(id) ?? '') === undefined ? 'has no agent that is connected' : undefined,
        }),
      open: (network, at) => this.open?.(network, at) ?? { network, barred: [], because: undefined },
      asker: () => asker,
      agentOf,
      newPlan: () => (++this.#plans).toString(16).padStart(32, '0'),
      proofOf: () => null,
      tell: (draft) => void this.told.push(draft),
      report: (line) => void this.reported.push(line),
      now: () => this.now,
      clock: () => this.now,
      drainMs: 0,
    })
    const { book, orderers } = this
    book.watch(() => this.#changes++)
    const newToken = (): string => `quote-${++this.#tokens}`
    return [desk, new AgentLines({ desk, book, orderers, newToken, now: () => this.now })]
  }
}

/** Whatever waits for nothing but promises has gone on. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

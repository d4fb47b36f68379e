/** Sessions over lines in virtual time, asked for over HTTP: the routers are those of `../lines/scene.ts`. */
import { createHash } from 'node:crypto'
import { type CamaraConfig, type CreateSession, qodPath, type SessionInfo } from '@vagus/api/camara'
import { configSchema } from '@vagus/api'
import { StoreError } from '@vagus/store'
import type { Camara } from '../../src/camara/camara.ts'
import { Courier } from '../../src/camara/courier.ts'
import { type PlaceParts, Places } from '../../src/camara/places.ts'
import { SessionBook } from '../../src/camara/session-book.ts'
import { SessionDesk } from '../../src/camara/session-desk.ts'
import { SessionLife } from '../../src/camara/session-life.ts'
import { Sinks } from '../../src/camara/sinks.ts'
import type { Holding } from '../../src/whois/holding.ts'
import { diamond } from '../lines/diamond.ts'
import { Scene } from '../lines/scene.ts'
import { appOver } from '../support/app-over.ts'

export const operatorKey = 'the-key'

/** What a disk would keep. */
class MemoryControl {
  readonly kept = new Map<string, string>()
  isFull = false

  values(prefix: string): readonly unknown[] {
    return [...this.kept].flatMap(([key, text]) => (key.startsWith(prefix) ? [JSON.parse(text) as unknown] : []))
  }

  put(key: string, value: unknown): void {
    if (this.isFull) throw new StoreError('disk-full', 'the disk is full')
    this.kept.set(key, JSON.stringify(value))
  }

  delete(key: string): void {
    if (this.isFull) throw new StoreError('disk-full', 'the disk is full')
    this.kept.delete(key)
  }
}

/** Of a robot at dc-east that asks for a server at dc-west. */
export const asked: CreateSession = {
  device: { ipv4Address: { publicAddress: '10.1.0.5', privateAddress: '10.1.0.5' } },
  applicationServer: { ipv4Address: '10.2.0.0/24' },
  qosProfile: 'QOS_M',
  duration: 3600,
  sink: 'https://hooks.example/vagus',
}

const camaraConfig = (): CamaraConfig =>
  configSchema.parse({
    camara: {
      profiles: [
        { name: 'QOS_M', description: 'video', rate: 8_000_000, maxDuration: '2h' },
        { name: 'QOS_XL', rate: 500_000_000 },
        { name: 'QOS_OLD', rate: 1_000_000, status: 'DEPRECATED' },
        { name: 'QOS_E', rate: 512_000, maxDelayMs: 20, minDuration: '1m' },
      ],
      consumers: [
        { name: 'acme', tokenFile: '/acme', count: 3 },
        { name: 'west', tokenFile: '/west', sites: ['dc-west'] },
      ],
      count: 4,
    },
  }).camara!

const backendOf = (camara: () => Camara | undefined) => ({
  get camara() {
    return camara()
  },
})

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
  readonly headers: Headers
}

export class QodScene {
  readonly lines = new Scene(diamond())
  readonly control = new MemoryControl()
  readonly config = camaraConfig()
  readonly agents = new Map<string, ReturnType<PlaceParts['agentOf']>>()
  holders: readonly Holding[] = []
  /** What consumers were told, as JSON. */
  readonly told: { url: string; token: string | undefined; json: string }[] = []
  /** Why sinks take nothing now. */
  sinkProblem: Error | undefined
  /** Hosts of sinks that do not answer. */
  readonly silentSinks = new Set<string>()
  readonly errors: Error[] = []
  readonly reported: string[] = []
  book!: SessionBook
  #camara: Camara | undefined
  readonly #app = appOver(
    backendOf(() => this.#camara),
    {
      operatorKey,
      onError: (error) => void this.errors.push(error),
    },
  )
  #life!: SessionLife
  #courier!: Courier
  #ids = 0
  #unwatch: () => void = () => undefined

  constructor() {
    this.begin()
  }

  /** As after a start of the controller. */
  begin(): void {
    const { lines, control } = this
    const now = (): number => lines.now
    const report = (line: string): void => void this.reported.push(line)
    this.book = new SessionBook(control, now)
    const places = new Places({
      config: () => lines.config,
      agentOf: (word) => this.agents.get(word),
      holdersOf: () => this.holders,
    })
    const sinks = new Sinks(['127.0.0.1:9000'])
    const { book, config } = this
    const parts = { lineBook: lines.book, book, newId: () => this.#newId(), now, report }
    this.#life = new SessionLife({ ...parts, lines: lines.desk })
    const sessions = new SessionDesk({ ...parts, config, lines: lines.desk, life: this.#life, places, sinks })
    this.#courier = new Courier({
      book,
      post: (event) => {
        if (this.sinkProblem !== undefined) return Promise.reject(this.sinkProblem)
        this.told.push(event)
        return this.silentSinks.has(new URL(event.url).host) ? new Promise<void>(() => undefined) : Promise.resolve()
      },
      now,
      report,
    })
    const consumerOf = (token: string): string | undefined => ({ 'acme-token': 'acme', 'west-token': 'west' })[token]
    this.#camara = { consumerOf, profiles: config.profiles, sessions, places }
    this.#unwatch()
    this.#unwatch = lines.book.watch(() => this.step())
  }

  /** Kill -9, and another start. */
  crash(): void {
    this.lines.crash()
    this.begin()
  }

  /** So many seconds, with a step in each. */
  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      await this.lines.seconds(1)
      this.step()
    }
    await this.settled()
  }

  step(): void {
    this.#life.look()
    this.#courier.step()
  }

  async settled(): Promise<void> {
    await this.lines.settled()
    this.step()
    await this.lines.settled()
  }

  /** Without `camara` in vagus.yaml. */
  remove(): void {
    this.#camara = undefined
  }

  async send<Body = SessionInfo & { readonly code?: string; readonly message?: string }>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body)
    const response = await this.#app.request(path, {
      method,
      headers: {
        host: 'localhost',
        authorization: 'Bearer acme-token',
        ...(text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    })
    const answer = await response.text()
    return {
      status: response.status,
      body: (answer === '' ? undefined : JSON.parse(answer)) as Body,
      headers: response.headers,
    }
  }

  create(more: object = {}, headers: Readonly<Record<string, string>> = {}) {
    return this.send('POST', `${qodPath}/sessions`, { ...asked, ...more }, headers)
  }

  find(id: string, headers: Readonly<Record<string, string>> = {}) {
    return this.send('GET', `${qodPath}/sessions/${id}`, undefined, headers)
  }

  /** One that is AVAILABLE. */
  async there(more: object = {}): Promise<SessionInfo> {
    const { body } = await this.create(more)
    await this.settled()
    return (await this.find(body.sessionId)).body
  }

  /** Statuses that consumers were told, in their order. */
  get news(): readonly string[] {
    return this.told.splice(0).map(({ json }) => {
      const { data } = JSON.parse(json) as { data: { qosStatus: string; statusInfo?: string } }
      return [data.qosStatus, data.statusInfo].filter((one) => one !== undefined).join(' ')
    })
  }

  /** Never the same twice. */
  #newId(): string {
    const digits = createHash('sha256')
      .update(String(++this.#ids))
      .digest('hex')
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      digits.slice(12, 16),
      digits.slice(16, 20),
      digits.slice(20, 32),
    ].join('-')
  }
}

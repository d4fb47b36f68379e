/**
 * Agents joined in memory, with the exchanges of @vagus/agent as its interface promises them: journals outlive their
 * agent, so that a test can end one (as kill -9 does) and open it again. No sockets, no cryptography.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Agent,
  AgentError,
  type CallOptions,
  type Exchange,
  type ExchangeHandler,
  type ExchangeState,
  type Message,
  type ServedExchange,
} from '@vagus/agent'

/** An agent is called by its name, or by the id that is made of it. */
const nameOf = (to: string): string => to.replace(/^did:key:/, '')

/** One direction of an exchange, as both journals hold it. */
class Direction {
  readonly messages: Message[] = []
  sent = 0
  acknowledged = 0
  ended = false
  #wake = Promise.withResolvers<void>()

  send(octets: Uint8Array): number {
    this.messages.push({ cursor: ++this.sent, octets: new Uint8Array(octets) })
    this.changed()
    return this.sent
  }
  acknowledge(cursor: number): void {
    this.acknowledged = Math.max(this.acknowledged, cursor)
    while ((this.messages[0]?.cursor ?? Infinity) <= this.acknowledged) this.messages.shift()
  }
  changed(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers<void>()
  }
  async *read(
    after: number,
    mode: 'next' | 'manual',
    failure: () => AgentError | undefined,
  ): AsyncGenerator<Message, undefined> {
    if (after < this.acknowledged) throw new AgentError('gap', `cursor ${after} is gone`)
    for (let last = after; ;) {
      const next = this.messages.find(({ cursor }) => cursor > last)
      if (next !== undefined) {
        yield next
        last = next.cursor
        if (mode === 'next') this.acknowledge(last)
        continue
      }
      const failed = failure()
      if (failed !== undefined) throw failed
      if (this.ended) return undefined
      await this.#wake.promise
    }
  }
}

interface Record {
  readonly id: string
  readonly options: CallOptions
  readonly from: string
  readonly to: string
  readonly request: Direction
  readonly response: Direction
  state: ExchangeState
  problem: string
  begun: boolean
  stop: AbortController
  readonly over: PromiseWithResolvers<Exclude<ExchangeState, 'open'>>
}

export class VirtualNetwork {
  readonly #records = new Map<string, Record>()
  readonly #open = new Map<string, Map<string, ExchangeHandler>>()

  /** An agent that calls itself `name`; after `kill` it may be opened again with the journal that it left. */
  open(name: string): Agent & { kill(): void } {
    const handlers = new Map<string, ExchangeHandler>()
    this.#open.set(name, handlers)
    let alive = true
    const agent: Pick<
      Agent,
      'id' | 'call' | 'connect' | 'connected' | 'connections' | 'exchanges' | 'serve' | 'close'
    > & {
      kill(): void
    } = {
      id: `did:key:${name}`,
      call: async (to, options) => this.#call(name, nameOf(to), options, () => alive),
      connect: async (to) => {
        if (!this.#open.has(nameOf(to))) throw new AgentError('unknown-agent', `nobody is called "${to}"`)
        return { peer: { identity: { id: `did:key:${nameOf(to)}` } } } as never // the side-car only asks who is there
      },
      connected: () => [],
      connections: async function* () {} as Agent['connections'], // it has no sessions
      exchanges: () =>
        [...this.#records.values()]
          .filter(({ from, state }) => from === name && state === 'open')
          .map((r) => callerSide(r, () => alive)),
      serve: (protocol, handler) => {
        handlers.set(protocol, handler)
        for (const record of this.#records.values())
          if (record.to === name && record.options.protocol === protocol) this.#run(record)
      },
      close: async () => agent.kill(),
      kill: () => {
        alive = false
        if (this.#open.get(name) === handlers) this.#open.delete(name)
        for (const { to, stop } of this.#records.values()) if (to === name) stop.abort('killed')
      },
    }
    return agent as unknown as Agent & { kill(): void }
  }

  #call(from: string, to: string, options: CallOptions, alive: () => boolean): Exchange {
    const id = options.id ?? randomUUID()
    const present = this.#records.get(id)
    if (present !== undefined && present.from === from && !isForgotten(present)) return callerSide(present, alive)
    const over = Promise.withResolvers<Exclude<ExchangeState, 'open'>>()
    const record: Record = {
      id,
      options,
      from,
      to,
      request: new Direction(),
      response: new Direction(),
      state: 'open',
      problem: '',
      begun: false,
      stop: new AbortController(),
      over,
    }
    this.#records.set(id, record)
    this.#run(record)
    return callerSide(record, alive)
  }

  #run(record: Record): void {
    const handler = this.#open.get(record.to)?.get(record.options.protocol)
    if (handler === undefined || record.state !== 'open') return
    const isAgain = record.begun
    record.begun = true
    record.stop = new AbortController()
    const { signal } = record.stop
    const side = servedSide(record, signal, isAgain ? 'comes back' : 'is here')
    const end = (state: Exclude<ExchangeState, 'open'>, problem = ''): void => {
      if (signal.reason !== 'killed') finish(record, state, problem)
    }
    const running = isAgain ? handler.resume?.(side) : handler.handle(side)
    if (running === undefined) return end('interrupted', 'restarted')
    running.then(
      () => end('ended'),
      (error: unknown) => end('failed', (error as Error).message),
    )
  }
}

/** Over, and all of it acknowledged: the journal of the caller has nothing of it any more. */
const isForgotten = ({ state, response }: Record): boolean =>
  state === 'ended' && response.acknowledged === response.sent

function finish(record: Record, state: Exclude<ExchangeState, 'open'>, problem: string): void {
  if (record.state !== 'open') return
  Object.assign(record, { state, problem })
  record.response.ended = true
  record.over.resolve(state)
  record.request.changed()
  record.response.changed()
}

const failureOf = (record: Record) => (): AgentError | undefined =>
  record.state === 'open' || record.state === 'ended' ? undefined : new AgentError(record.state, record.problem)

function callerSide(record: Record, alive: () => boolean): Exchange {
  const { id, options, request, response } = record
  return {
    id,
    protocol: options.protocol,
    class: options.class ?? 'call',
    head: options.head,
    peerName: record.to,
    peerId: `did:key:${record.to}`,
    get sent() {
      return request.sent
    },
    get acknowledged() {
      return response.acknowledged
    },
    get state() {
      return record.state
    },
    get problem() {
      return failureOf(record)()
    },
    over: record.over.promise,
    send: async (octets) => request.send(octets),
    queue: async (octets) => request.send(octets),
    stored: async () => undefined,
    async end() {
      request.ended = true
      request.changed()
    },
    cancel(reason) {
      if (!alive()) return
      finish(record, 'cancelled', reason)
      record.stop.abort(new AgentError('cancelled', reason))
    },
    messages: ({ after = response.acknowledged, acknowledge = 'next' } = {}) =>
      response.read(after, acknowledge, failureOf(record)),
    acknowledge: (cursor) => response.acknowledge(cursor),
  }
}

/** After a restart, the caller comes back a little later than its exchange is resumed. */
const backAfter = 20

function servedSide(record: Record, signal: AbortSignal, caller: 'is here' | 'comes back'): ServedExchange {
  const { id, options, request, response } = record
  const identity = { id: `did:key:${record.from}`, role: 'caller', alsoKnownAs: [`vagus:${record.from}`] }
  const peer = { identity } as never
  let isHere = caller === 'is here'
  const back = isHere ? Promise.resolve(peer) : pause(backAfter, peer)
  void back.then(() => (isHere = true))
  const killed = (): boolean => signal.aborted && signal.reason === 'killed'
  // What a process that was killed still does reaches nobody.
  const send = async (octets: Uint8Array): Promise<number> =>
    killed() ? new Promise<never>(() => undefined) : response.send(octets)
  return {
    id,
    protocol: options.protocol,
    class: options.class ?? 'call',
    treat: () => undefined,
    head: options.head,
    get peer() {
      if (!isHere) throw new TypeError('the caller has not come back yet')
      return peer
    },
    caller: () => back,
    signal,
    get sent() {
      return response.sent
    },
    get acknowledged() {
      return request.acknowledged
    },
    send,
    queue: send,
    stored: () => (killed() ? new Promise<never>(() => undefined) : Promise.resolve()),
    messages: ({ after = request.acknowledged, acknowledge = 'next' } = {}) =>
      request.read(after, acknowledge, failureOf(record)),
    acknowledge: (cursor) => (killed() ? undefined : request.acknowledge(cursor)),
  }
}

/** Two agents in virtual time whose streams break and whose processes die, with every decision taken from dice. */
import assert from 'node:assert/strict'
import type { AgentId } from '@vagus/identity'
import {
  Attachment,
  decodeExchangeMessage,
  encodeExchangeMessage,
  type ExchangeMessage,
  Journal,
  type JournaledExchange,
  type JournalLimits,
  journalLimits,
  type JournalRecord,
} from '../../src/index.ts'

const now = 1_790_000_000_000
const callerId = 'did:key:zCaller' as AgentId
const serverId = 'did:key:zServer' as AgentId
const messagesPerCall = 4

/** A journal and what its store has kept. */
export class KeptJournal {
  journal: Journal
  readonly kept: JournalRecord[] = []
  readonly #limits: JournalLimits

  constructor(id: string, limits = journalLimits) {
    this.#limits = limits
    this.journal = new Journal(id, limits)
  }

  commit(): void {
    const records = this.journal.take()
    this.kept.push(...records)
    this.journal.committed(records)
  }

  /** The process dies: what was not committed is gone. */
  crash(): void {
    this.journal = Journal.restore(
      { id: this.journal.id, next: { number: 1, local: 1 }, records: this.kept },
      this.#limits,
    )
  }
}

/** A stream of a session: what each side wrote and the other has not read. */
interface Line {
  readonly exchange: JournaledExchange
  readonly caller: Attachment
  server: { readonly attachment: Attachment; readonly exchange: JournaledExchange } | undefined
  readonly toServer: Uint8Array[]
  readonly toCaller: Uint8Array[]
}

export class World {
  readonly #dice: () => number
  readonly #caller = new KeptJournal('a'.repeat(32))
  readonly #server = new KeptJournal('b'.repeat(32))
  readonly #lines = new Map<string, Line>()
  /** Exchanges that were sent in this life of the caller's process or an earlier one. */
  readonly #asked = new Set<string>()
  readonly #executions = new Map<string, number>()
  /** Each message has a number of its own, so that one that was sent again in other words shows. */
  #words = 0
  readonly #atServer = new Map<string, string[]>()
  readonly #atCaller = new Map<string, string[]>()
  readonly #ids: readonly string[]

  constructor(calls: number, dice: () => number) {
    this.#dice = dice
    this.#ids = Array.from({ length: calls }, (_, index) => `call-${index}`)
    for (const id of this.#ids) {
      const start = {
        id,
        name: 'server',
        protocol: 'echo',
        class: 'call',
        priority: 3,
        head: new Uint8Array(1),
      } as const
      this.#caller.journal.call(start, now)
    }
    this.#caller.commit()
  }

  /** All calls are over on both sides. */
  get quiet(): boolean {
    return [...this.#caller.journal.exchanges()].length === 0
  }

  step(weather: 'with faults' | 'without faults'): void {
    const dice = this.#dice()
    const id = this.#ids[dice % this.#ids.length]!
    const fate = this.#dice()
    // Rarely enough that an exchange comes some way in between.
    const what = weather === 'with faults' && fate < 40 ? 8 + (fate % 3) : fate % 8
    if (what === 0) this.#attach(id)
    else if (what === 1) this.#work(id)
    else if (what === 2) this.#transmit(id)
    else if (what === 3) this.#toServer(id)
    else if (what === 4) this.#toCaller(id)
    else if (what === 5) this.#serve(id)
    else if (what === 6) this.#caller.commit()
    else if (what === 7) this.#commitServer()
    else if (what === 8) this.#lines.delete(id)
    else this.#die(what === 9 ? this.#caller : this.#server)
  }

  check(): void {
    assert.ok(this.quiet, 'every call came to its end')
    for (const id of this.#ids) {
      assert.equal(this.#executions.get(id), 1, `${id} was executed once`)
      assert.equal(this.#atServer.get(id)?.length, messagesPerCall)
      assert.deepEqual(this.#atServer.get(id), sentIn(this.#caller, id), `${id}: what the server dealt with`)
      assert.deepEqual(this.#atCaller.get(id), sentIn(this.#server, id), `${id}: what the caller dealt with`)
    }
  }

  #attach(id: string): void {
    const exchange = this.#caller.journal.called(id)
    if (exchange === undefined || this.#lines.has(id)) return
    assert.equal(this.#caller.journal.bind(exchange, { peer: serverId, journal: this.#server.journal.id }), undefined)
    this.#caller.commit()
    const caller = new Attachment(this.#caller.journal, exchange, this.#asked.has(id) ? 'again' : 'first')
    this.#asked.add(id)
    this.#lines.set(id, { exchange, caller, server: undefined, toServer: [], toCaller: [] })
  }

  /** The caller's program: sends, deals with what comes, ends. */
  #work(id: string): void {
    const { journal } = this.#caller
    const exchange = journal.called(id)
    if (exchange === undefined) return
    if (exchange.reach.sent < messagesPerCall) {
      journal.append(exchange, this.#word())
    } else journal.end(exchange)
    const next = exchange.inbox.get(exchange.reach.acknowledged + 1)
    if (next !== undefined) {
      journal.acknowledge(exchange, exchange.reach.acknowledged + 1)
      this.#caller.commit() // the program's own deed is kept together with the cursor
      note(this.#atCaller, id, next)
    }
    if (exchange.outcome !== undefined && exchange.drained) {
      assert.equal(exchange.outcome.code, 'done', exchange.outcome.problem)
      journal.remove(exchange)
      this.#caller.commit()
      const line = this.#lines.get(id)
      if (line?.server !== undefined) line.toServer.push(encodeExchangeMessage({ kind: 'closed' }))
    }
  }

  #transmit(id: string): void {
    const line = this.#lines.get(id)
    const isOpen = this.#caller.journal.called(id) !== undefined
    const message = isOpen ? line?.caller.transmit() : undefined
    if (message !== undefined) line!.toServer.push(encodeExchangeMessage(message))
    const answer = line?.server?.attachment.transmit()
    if (answer !== undefined) line!.toCaller.push(encodeExchangeMessage(answer))
  }

  #toServer(id: string): void {
    const line = this.#lines.get(id)
    const record = line?.toServer.shift()
    if (line === undefined || record === undefined) return
    const message = decodeExchangeMessage(record.subarray(4))
    if (message.kind === 'open') {
      const admission = this.#server.journal.admit(message, callerId, now)
      if (admission.type === 'over' && this.#caller.journal.called(id) === undefined) {
        this.#lines.delete(id) // it was on its way while its caller was done with it, and another call said so
        return
      }
      assert.ok(admission.type === 'new' || admission.type === 'known', `${id}: ${JSON.stringify(admission)}`)
      const { exchange } = admission
      line.server = { attachment: new Attachment(this.#server.journal, exchange, 'first'), exchange }
      this.#commitServer()
      return
    }
    const arrival = line.server!.attachment.receive(message, now)
    assert.notEqual(arrival.type, 'violation', JSON.stringify(arrival))
    if (arrival.type === 'closed') this.#server.journal.remove(line.server!.exchange)
  }

  #toCaller(id: string): void {
    const line = this.#lines.get(id)
    const record = line?.toCaller.shift()
    if (line === undefined || record === undefined) return
    const message: ExchangeMessage = decodeExchangeMessage(record.subarray(4))
    const arrival = line.caller.receive(message, now)
    assert.notEqual(arrival.type, 'violation', JSON.stringify(arrival))
  }

  /** The handler: answers each message with itself, and is done after the last. */
  #serve(id: string): void {
    const { journal } = this.#server
    const exchange = [...journal.exchanges()].find(({ start }) => start.id === id)
    if (exchange === undefined) return
    const next = exchange.inbox.get(exchange.reach.acknowledged + 1)
    if (next !== undefined) {
      journal.append(exchange, this.#word())
      journal.acknowledge(exchange, exchange.reach.acknowledged + 1)
      this.#commitServer()
      note(this.#atServer, id, next)
    }
    if (exchange.drained) journal.end(exchange, { code: 'done', problem: '' })
  }

  /** An execution begins with the commit of its start. */
  #commitServer(): void {
    const before = this.#server.kept.length
    this.#server.commit()
    for (const record of this.#server.kept.slice(before)) {
      if (record.type !== 'started') continue
      this.#executions.set(record.start.id, (this.#executions.get(record.start.id) ?? 0) + 1)
    }
  }

  #word(): Uint8Array {
    return new TextEncoder().encode(`word ${++this.#words}`)
  }

  #die(process: KeptJournal): void {
    process.crash()
    this.#lines.clear()
  }
}

/** The messages of `id` that a store has kept. */
function sentIn({ kept }: KeptJournal, id: string): readonly string[] {
  const start = kept.find((record) => record.type === 'started' && record.start.id === id)
  assert.ok(start?.type === 'started')
  return kept.flatMap((record) =>
    record.type === 'sent' && record.local === start.start.local ? [new TextDecoder().decode(record.octets)] : [],
  )
}

function note(notes: Map<string, string[]>, id: string, octets: Uint8Array): void {
  notes.set(id, [...(notes.get(id) ?? []), new TextDecoder().decode(octets)])
}

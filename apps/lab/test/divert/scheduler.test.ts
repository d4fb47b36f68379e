/** Schedulers in one process, over a network of this test: messages are lost, come twice, and programs are killed. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AddressInfo } from 'node:net'
import type { Data, Others } from '../../src/divert/scheduler/a2a.ts'
import { figuresOf } from '../../src/divert/figures.ts'
import { inputOf } from '../../src/divert/scheduler/input.ts'
import { Ledger } from '../../src/divert/scheduler/ledger.ts'
import { Network } from '../../src/divert/scheduler/network.ts'
import { Pool } from '../../src/divert/scheduler/pool.ts'
import { Scheduler } from '../../src/divert/scheduler/scheduler.ts'
import { createRandom } from '../../src/random.ts'
import { eventually } from '../../../../scripts/eventually.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-divert-'))
const random = createRandom('divert test')
let inputs: Server
before(async () => {
  inputs = createServer((request, response) => {
    const [, id, octets] = /^\/(\w+)\/(\d+)$/.exec(request.url!)!
    if (random() < 0.2) response.destroy() // the input breaks off
    else response.end(inputOf(id!, Number(octets)))
  })
  await new Promise<void>((listening) => inputs.listen(0, '127.0.0.1', listening))
})
after(() => {
  inputs.close()
  rmSync(folder, { recursive: true })
})

describe('a hand-over', () => {
  test('is done once, whatever is lost, comes twice, or is killed', async () => {
    const running = new Map<string, Scheduler>()
    /** Of an instance that was killed, nothing more is heard, and it hears nothing. */
    let generation = 0
    const alive = new Map<string, number>()
    const others = (name: string, own: number) => ({
      async ask(to: string, data: Data): Promise<Data> {
        await new Promise((resolve) => setTimeout(resolve, random() * 5))
        if (alive.get(name) !== own) return new Promise<never>(() => undefined)
        if (random() < 0.2) throw new Error('lost on the way there')
        const answer = running.get(to)!.answer(data)
        if (random() < 0.2) running.get(to)!.answer(data) // it comes twice
        if (random() < 0.2) throw new Error('lost on the way back')
        return answer
      },
    })
    const ledgerOf = (name: string): string => join(folder, `${name}.jsonl`)
    function start(name: string): void {
      const own = ++generation
      alive.set(name, own)
      const ledger = new Ledger(ledgerOf(name))
      const add = ledger.add.bind(ledger)
      ledger.add = (entry) => (alive.get(name) === own ? add(entry) : undefined)
      running.set(
        name,
        new Scheduler({
          name,
          site: name,
          strategy: 'idlest',
          pool: new Pool(name === 'east' ? 1 : 2, Date.now),
          ledger,
          others: others(name, own) as unknown as Others,
          network: new Network({ site: name, ask: async () => ({}), tell: () => undefined, now: Date.now }),
          peers: async () => (name === 'east' ? ['west'] : ['east']),
          input: (_, { id, octets }) =>
            alive.get(name) === own
              ? fetch(`http://127.0.0.1:${(inputs.address() as AddressInfo).port}/${id}/${octets}`)
              : new Promise<never>(() => undefined),
          now: Date.now,
        }),
      )
    }
    start('east')
    start('west')
    const due = Date.now() + 60_000
    const tasks = Array.from({ length: 30 }, (_, at) => ({ id: `t${at}`, at: 0, octets: 1000, work: 15, due }))
    for (const [at, task] of tasks.entries()) {
      running.get('east')!.arrive(task)
      await new Promise((resolve) => setTimeout(resolve, 10))
      if (at % 5 === 4) start(at % 2 === 0 ? 'west' : 'east') // the one before it is no more
    }
    for (const task of tasks) running.get('east')!.arrive(task) // whoever starts again has them all come
    const figures = () => {
      const ledgers = ['east', 'west'].map((name) => [name, new Ledger(ledgerOf(name)).entries] as const)
      return figuresOf(new Map(ledgers), 'east', 60_000, 0)
    }
    await eventually('all tasks are over', () => {
      const { tasks: known, lost } = figures()
      return known === 30 && lost === 0
    })
    alive.clear()
    const { twice, doneAt } = figures()
    assert.equal(twice, 0)
    assert.ok((doneAt['west'] ?? 0) > 0, 'some were handed over')
  })
})

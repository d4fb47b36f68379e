/** The schedulers of a run as processes beside their side-cars: started, killed, started again, and what they wrote down. @module */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { LabError } from '../errors.ts'
import { compileCache } from '../inside/programs.ts'
import type { LabReference } from '../lab.ts'
import { output } from '../line/programs.ts'
import { shellCommand } from '../outside/shell.ts'
import { toolPath } from '../outside/substrate.ts'
import type { Ledgers } from './figures.ts'
import { entriesIn } from './scheduler/ledger.ts'
import type { SchedulerOptions } from './scheduler/main.ts'

const program = resolve(import.meta.dirname, 'scheduler/main.ts')
const environment = { ...process.env, ...compileCache, PATH: toolPath }
/** Until one has given its line back and has ended, milliseconds. */
const slowestEnd = 30_000

export class Schedulers {
  readonly #where: LabReference
  readonly #all: ReadonlyMap<string, SchedulerOptions>
  readonly #running = new Map<string, { readonly child: Child; readonly pid: string }>()

  /** @param all their names are those of their agents */
  constructor(where: LabReference, all: readonly SchedulerOptions[]) {
    this.#where = where
    this.#all = new Map(all.map((one) => [one.name, one]))
    for (const { ledger } of all) mkdirSync(join(ledger, '..'), { recursive: true })
  }

  /** Settles when they serve. Rejects with `LabError` `failed`. */
  async start(names: Iterable<string> = this.#all.keys()): Promise<void> {
    await Promise.all([...names].map((name) => this.#start(name)))
  }

  async #start(name: string): Promise<void> {
    const words = [process.execPath, program, JSON.stringify(this.#all.get(name)!)]
    const [file, ...args] = await shellCommand(name, words, this.#where)
    const child = spawn(file, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'], env: environment })
    child.stdin.on('error', () => {}) // it has ended
    const ended = once(child, 'exit').then(() => {
      throw new LabError('failed', `the scheduler ${name} has ended before it served`)
    })
    const [pid] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer]
    ended.catch(() => {}) // later it is ended by us
    this.#running.set(name, { child, pid: pid.toString().trim() })
  }

  /** With signal 9. */
  async kill(name: string): Promise<void> {
    const { child, pid } = this.#running.get(name)!
    this.#running.delete(name)
    const exit = once(child, 'exit')
    await output(this.#where, name, ['kill', '-9', pid])
    await exit
  }

  /** They give back what they have of the network, and end. */
  async stop(): Promise<void> {
    const children = [...this.#running.values()].map(({ child }) => child)
    this.#running.clear()
    await Promise.all(
      children.map(async (child) => {
        const exit = once(child, 'exit', { signal: AbortSignal.timeout(slowestEnd) })
        child.stdin.write('end\n')
        await exit.catch(() => child.kill())
      }),
    )
  }

  ledgers(): Ledgers {
    return new Map(
      [...this.#all.values()].map(({ name, ledger }) => {
        const text = existsSync(ledger) ? readFileSync(ledger, 'utf8') : ''
        return [name, entriesIn(text.slice(0, text.lastIndexOf('\n') + 1))] // one may be written just now
      }),
    )
  }
}

type Child = ChildProcessByStdio<Writable, Readable, null>

/**
 * Brings the newest roster of an owner here, from wherever it is: files of this host, and the controller, which answers as
 * soon as it has a newer one.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Beat } from '@vagus/agent'
import type { AgentId, CompactJws } from '@vagus/identity'
import type { ControllerRosters } from '@vagus/lookup'
import type { NewestRoster } from './newest-roster.ts'
import type { RosterFiles } from './roster-files.ts'

/** Milliseconds between looks at the files. */
const lookEvery = 500
/** Milliseconds until a file that is not believed is read again: the clock may have been wrong. */
const againAfter = 30_000
/** Seconds that the controller may let one question wait; and at least, where it is to end on a beat. */
const waitSeconds = 25
const leastWaitSeconds = 5
/** Milliseconds that the start waits for a controller. */
const firstWithin = 2000
/** Milliseconds until the controller is asked again, when it cannot answer, or answers with what is not believed. */
const pauseBehindProblem = { first: 1000, last: 5000 }

export interface RosterSourceOptions {
  readonly owner: AgentId
  readonly newest: NewestRoster
  readonly files: RosterFiles
  readonly controller: ControllerRosters | undefined
  /** Of this host, if a radio is to sleep: then a question without news ends when it is awake anyway. */
  readonly beat?: Pick<Beat, 'within'> | undefined
  /** Ends it. */
  readonly closing: AbortSignal
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export class RosterSource {
  readonly #options: RosterSourceOptions
  readonly #told = new Set<string>()
  /** Files that are not believed, and when to read them again, milliseconds since this process began. */
  readonly #doubted = new Map<string, number>()
  constructor(options: RosterSourceOptions) {
    this.#options = options
  }

  /** Fulfilled when every place was asked once, or did not answer in time. */
  async begin(): Promise<void> {
    const { controller, closing } = this.#options
    this.#look()
    const timer = setInterval(() => this.#look(), lookEvery).unref()
    closing.addEventListener('abort', () => clearInterval(timer), { once: true })
    if (controller === undefined) return
    const within = AbortSignal.any([AbortSignal.timeout(firstWithin), closing])
    await this.#ask(controller, 0, within).catch(() => undefined) // the next one says why
    void this.#wait(controller)
  }

  #look(): void {
    const { newest, files } = this.#options
    for (const [path, at] of this.#doubted) if (performance.now() >= at) files.forget(path)
    for (const { path, text } of files.changed()) {
      this.#doubted.delete(path)
      if (text === undefined) this.#tell(`${path} cannot be read as a roster`)
      else if (this.#take(path, text) === 'not believed') this.#doubted.set(path, performance.now() + againAfter)
    }
    newest.look(Date.now())
  }

  /** Asks again and again, and hears of the next roster as soon as the controller has it. */
  async #wait(controller: ControllerRosters): Promise<void> {
    const { closing: signal } = this.#options
    for (let wait = pauseBehindProblem.first; !signal.aborted;) {
      let isFine = false
      try {
        isFine = (await this.#ask(controller, this.#seconds(), signal)) === 'fine'
      } catch (error) {
        if (!signal.aborted)
          this.#tell(`the roster of ${this.#options.owner} is not asked for: ${(error as Error).message}`)
      }
      if (!isFine) await pause(wait, undefined, { signal, ref: false }).catch(() => undefined)
      wait = isFine ? pauseBehindProblem.first : Math.min(wait * 2, pauseBehindProblem.last)
    }
  }

  #seconds(): number {
    const until = this.#options.beat?.within(1000 * leastWaitSeconds)
    return until === undefined ? waitSeconds : Math.min(Math.ceil(until / 1000), waitSeconds)
  }

  async #ask(controller: ControllerRosters, seconds: number, signal: AbortSignal): Promise<'fine' | 'not believed'> {
    const { owner, newest } = this.#options
    const { epoch: after, rotations } = newest
    const jws = await controller.newer(owner, { after, rotations, waitSeconds: seconds, signal })
    // What is known already would be answered again at once.
    return jws === undefined || this.#take('the controller', jws) === 'newer' ? 'fine' : 'not believed'
  }

  #take(from: string, jws: CompactJws): 'newer' | 'nothing new' | 'not believed' {
    const taken = this.#options.newest.take(jws, Date.now())
    if (taken === 'newer') {
      this.#told.clear()
      return 'newer'
    }
    if (typeof taken !== 'object') return 'nothing new'
    this.#tell(`the roster from ${from} is not believed: ${taken.problem}`)
    return 'not believed'
  }

  /** Once, however often it is so. */
  #tell(line: string): void {
    const kind = line.replaceAll(/\d+/g, '')
    if (this.#told.has(kind)) return
    if (this.#told.size > 100) this.#told.clear()
    this.#told.add(kind)
    this.#options.report(line)
  }
}

/** What scenarios share: a lab that is up while one plays in it, what it tells, and how it waits. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from './errors.ts'
import type { LabOptions, LabReference, LabStep, LabUp } from './lab.ts'
import { labUp } from './outside/up.ts'
import { addResult } from './record/folder.ts'
import type { RecordOptions } from './record/layout.ts'

export interface ScenarioOptions extends LabReference {
  /** ADDRESS:PORT of console and API; default `127.0.0.1:7600`. */
  readonly listen?: string
  /** Captures, events and the result in a folder; default: none. */
  readonly record?: RecordOptions
  readonly onStep?: (step: LabStep) => void
  /** What happens, for people. */
  readonly onNews?: (news: string) => void
  readonly signal?: AbortSignal
}

/**
 * Brings up a lab of that name, unless the options have another, plays in it, and takes it down again. Rejects with
 * `LabError`, or the signal's reason.
 */
export async function inLab<Report>(
  lab: Pick<LabOptions, 'topology' | 'programs' | 'traffic' | 'steering'> & { readonly name: string },
  { name = lab.name, home, listen, record, onStep, signal }: ScenarioOptions,
  play: (up: LabUp, where: LabReference) => Promise<Report>,
): Promise<Report> {
  const where = { name, ...(home !== undefined && { home }) }
  const up = await labUp({
    ...lab,
    ...where,
    mode: 'attached',
    ...(listen !== undefined && { listen }),
    ...(record !== undefined && { record }),
    ...(onStep !== undefined && { onStep }),
    ...(signal !== undefined && { signal }),
  })
  try {
    const report = await play(up, where)
    if (record !== undefined) addResult(record.folder, { scenario: lab.name, report })
    return report
  } catch (error) {
    if (record !== undefined) addResult(record.folder, { scenario: lab.name, problem: (error as Error).message })
    signal?.throwIfAborted() // what the end of a wait says is less
    throw error
  } finally {
    await up.down()
  }
}

/** Milliseconds between two looks. */
const every = 200

/** What `look` gives once it does not throw. Rejects with `LabError` `failed` when that is not `within` milliseconds. */
export async function until<Found>(
  within: number,
  problem: string,
  look: () => Promise<Found>,
  signal?: AbortSignal,
): Promise<Found> {
  let missing = ''
  for (const deadline = Date.now() + within; Date.now() < deadline; await pause(every, signal)) {
    try {
      return await look()
    } catch (error) {
      signal?.throwIfAborted()
      missing = (error as Error).message
    }
  }
  throw new LabError('failed', `${problem} within ${within / 1000} s: ${missing}`)
}

/** Rejects with the signal's reason. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  sleep(Math.max(0, milliseconds), undefined, signal === undefined ? {} : { signal })

/** The lab of a scenario; what is done and seen in it, the scenarios add. */
export class BaseScene {
  readonly lab: LabUp
  readonly where: LabReference
  readonly signal: AbortSignal | undefined
  readonly #onNews: ((news: string) => void) | undefined

  constructor(lab: LabUp, where: LabReference, { onNews, signal }: Pick<ScenarioOptions, 'onNews' | 'signal'>) {
    this.lab = lab
    this.where = where
    this.signal = signal
    this.#onNews = onNews
  }

  news(text: string): void {
    this.#onNews?.(text)
  }

  pause(milliseconds: number): Promise<void> {
    return pause(milliseconds, this.signal)
  }

  until<Found>(within: number, problem: string, look: () => Promise<Found>): Promise<Found> {
    return until(within, problem, look, this.signal)
  }
}

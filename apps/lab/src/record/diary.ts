/** What a lab did, and what was done to it, in the folder of its recording: a JSON a line. Without a folder nothing is kept. @module */
import { appendFileSync, cpSync } from 'node:fs'
import type { Answer, Request } from '../control/messages.ts'
import { recordPaths } from './layout.ts'

/** Requests that change something. */
const deeds: readonly Request['type'][] = ['fault', 'surge', 'move']

export class Diary {
  readonly #folder: string | undefined

  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  /** What everybody who follows the lab is told. */
  tell(message: Answer): void {
    this.#add(message)
  }

  asked(request: Request, answer: Answer): void {
    if (deeds.includes(request.type)) this.#add({ ...request, ...('receipt' in answer && { receipt: answer.receipt }) })
  }

  /** Keeps the logs, too. */
  close(logs: string): void {
    if (this.#folder === undefined) return
    this.#add({ type: 'ended' })
    try {
      cpSync(logs, recordPaths(this.#folder).logs, { recursive: true })
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`)
    }
  }

  #add(what: object): void {
    if (this.#folder === undefined) return
    const line = JSON.stringify({ at: new Date().toISOString(), ...what })
    try {
      appendFileSync(recordPaths(this.#folder).happenings, `${line}\n`)
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`) // a full disk ends the recording, and not the lab
    }
  }
}

/**
 * What a scheduler has promised and done, written down before it acts on it: kill -9 at any moment loses nothing, and
 * nothing is done twice. A line that was cut off is the last one, and counts as not written.
 * @module
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import type { Task } from '../task.ts'

/** `at`: milliseconds since 1970. */
export type Entry =
  /** A task of this data centre, and where it is done; undefined: here. What is written here stays so. */
  | { readonly type: 'chosen'; readonly task: Task; readonly to: string | undefined; readonly at: number }
  /** A task of another one was taken. */
  | { readonly type: 'taken'; readonly task: Task; readonly from: string; readonly at: number }
  /** Its work is done, and this is its output. */
  | { readonly type: 'worked'; readonly id: string; readonly output: string; readonly at: number }
  /** The data centre whose task it is has its output. */
  | { readonly type: 'over'; readonly id: string; readonly at: number }
  /** What a round of questions cost: messages, and milliseconds until the last was answered. */
  | { readonly type: 'asked'; readonly messages: number; readonly took: number; readonly at: number }
  /** A private line to a site. */
  | {
      readonly type: 'line'
      readonly id: string
      readonly to: string
      readonly state: 'ordered' | 'released'
      readonly at: number
    }

export class Ledger {
  readonly entries: Entry[]
  readonly #file: string

  constructor(file: string) {
    this.#file = file
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const whole = text.lastIndexOf('\n') + 1
    if (whole < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, whole)))
    this.entries = entriesIn(text.slice(0, whole))
  }

  add(entry: Entry): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`)
    this.entries.push(entry)
  }

  has(type: 'worked' | 'over', id: string): boolean {
    return this.entries.some((one) => one.type === type && one.id === id)
  }

  /** That were not given back. */
  lines(): readonly { readonly id: string; readonly to: string }[] {
    const all = this.entries.filter((one) => one.type === 'line')
    return all.filter(({ id, state }) => state === 'ordered' && !all.some((one) => one.id === id && one.state === 'released')) // prettier-ignore
  }
}

/** @param text whole lines */
export const entriesIn = (text: string): Entry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)

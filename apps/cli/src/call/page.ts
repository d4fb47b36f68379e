/** What an agent says, as it comes: text to stdout, talk to stderr, neither in the middle of a line of the other. @module */
import type { Terminal } from '../terminal.ts'
import { cut, printable } from '../table.ts'

type Place = Pick<Terminal, 'out' | 'err' | 'live' | 'person' | 'talkPaint'>

export class Page {
  /** `json`: lines of JSON alone; text and talk are left out, for they say the same. */
  readonly form: 'text' | 'json'
  readonly #terminal: Place
  #isAtStart = true

  constructor(terminal: Place, form: Page['form']) {
    this.#terminal = terminal
    this.form = form
  }

  /** Goes on where the last text ended. A terminal is not given what would move its cursor; a file is given all. */
  text(text: string): void {
    if (text === '' || this.form === 'json') return
    this.#terminal.out(this.#terminal.live ? safe(text) : text)
    this.#isAtStart = text.endsWith('\n')
  }

  /** Whole lines. */
  block(text: string): void {
    this.endLine()
    this.text(text)
    this.endLine()
  }

  /** A line of JSON, in that form. */
  json(value: unknown): void {
    if (this.form === 'json') this.#terminal.out(`${JSON.stringify(value)}\n`)
  }

  talk(line: string): void {
    if (this.form === 'json') return
    if (this.#terminal.person) this.endLine()
    this.#terminal.err(`${this.#terminal.talkPaint.faint(oneLine(line))}\n`)
  }

  endLine(): void {
    if (!this.#isAtStart) this.#terminal.out('\n')
    this.#isAtStart = true
  }
}

const safe = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n')

/** What others say may be a whole page. */
const mostSaid = 400

/** What somebody else says, for a line of ours. */
export const oneLine = (text: string): string => cut(printable(text.trim().replaceAll(/\s+/g, ' ')), mostSaid)

/** Output of an agent as it arrives: text to stdout, talk to stderr, neither inside a line of the other. @module */
import type { Terminal } from '../terminal.ts'
import { cut, printable } from '../table.ts'

type Place = Pick<Terminal, 'out' | 'err' | 'live' | 'person' | 'talkPaint'>

export class Page {
  /** `json`: only lines of JSON, because text and talk would repeat them. */
  readonly form: 'text' | 'json'
  readonly #terminal: Place
  #isAtStart = true

  constructor(terminal: Place, form: Page['form']) {
    this.#terminal = terminal
    this.form = form
  }

  /** Continues where the last text ended. A terminal gets no control characters; a file gets everything. */
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

  /** Whole lines of ours, with our colours; what is from elsewhere in them is printable already. */
  own(text: string): void {
    if (this.form === 'json') return
    this.endLine()
    this.#terminal.out(`${text}\n`)
  }

  /** A line of JSON, only in the form `json`. */
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

/** Characters; messages of others may be a whole page. */
const maxQuoted = 400

/** A message of somebody else, to be quoted in a line of ours. */
export const oneLine = (text: string): string => cut(printable(text.trim().replaceAll(/\s+/g, ' ')), maxQuoted)

/** Which one it is, where `agent` is a skill or a role that several have. */
export function tellAnswerer(page: Page, agent: string, answerer: string | undefined): void {
  if (answerer !== undefined && /^(skill|role):/.test(agent)) page.talk(`${agent} is answered by ${answerer}`)
}

/** Once the call is answered: requests of one session may get different ones. */
export function tellService(page: Page, service: string | undefined): void {
  if (service !== undefined) page.talk(`service: ${service}`)
}

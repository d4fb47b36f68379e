/**
 * BIRD's control socket, as birdc uses it: a line goes out; lines with a code of four digits come back, the last one with
 * a space behind its code, lines that begin with a space belonging to the code before.
 * @module
 */
import { RouterError } from '../errors.ts'
import { LineSocket } from '../line-socket.ts'

/** Milliseconds; a large configuration takes seconds to read. */
const usualPatience = 30_000
/** Octets; BIRD's own limit for a line is 512. */
const longestLine = 4096
const newline = 10
/** Codes from here on are errors: 8xxx at run time, 9xxx of the command. */
const firstError = 8000

export interface BirdLine {
  readonly code: number
  readonly text: string
}

export class ControlSocket {
  readonly #path: string
  readonly #socket: LineSocket

  /** `path`: such as /run/bird/bird.ctl; `patience`: milliseconds for an answer. */
  constructor(path: string, { patience = usualPatience }: { readonly patience?: number } = {}) {
    this.#path = path
    this.#socket = new LineSocket({
      path,
      patience,
      opening: 'greeted',
      question: (text) => `${text}\n`,
      endOctets: longestLine,
      isWhole(end) {
        if (end.at(-1) !== newline) return false
        return /^\d{4} .*$/.test(end.toString('utf8', end.lastIndexOf(newline, -2) + 1, end.length - 1))
      },
      text: (octets) => octets.toString(),
    })
  }

  /** @throws {RouterError} `refused` with BIRD's message */
  async ask(command: string): Promise<readonly BirdLine[]> {
    const lines = linesOf(await this.#socket.ask(command))
    const error = lines.find(({ code }) => code >= firstError)
    // 8001 is "not found", an answer like any other.
    if (error !== undefined && error.code !== 8001) {
      throw new RouterError('refused', `${this.#path} answered "${command}": ${error.text}`)
    }
    return lines
  }

  /** One to the same BIRD. `patience`: milliseconds for an answer. */
  another(options: { readonly patience: number }): ControlSocket {
    return new ControlSocket(this.#path, options)
  }

  close(): void {
    this.#socket.close()
  }
}

/** Continuation lines keep their code; a tab in front is part of their text. */
function linesOf(answer: string): readonly BirdLine[] {
  const lines: BirdLine[] = []
  let code = 0
  for (const line of answer.split('\n')) {
    const match = /^(\d{4})[ -](.*)$/.exec(line)
    if (match !== null) code = Number(match[1])
    else if (line === '') continue
    lines.push({ code, text: match === null ? line.slice(1) : match[2]! })
  }
  return lines
}

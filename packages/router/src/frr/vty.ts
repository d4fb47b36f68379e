/**
 * FRR's vty sockets, as vtysh uses them: a command and a zero octet go out, the answer comes back and ends with three
 * zero octets and a status.
 * @module
 */
import { RouterError } from '../errors.ts'
import { LineSocket } from '../line-socket.ts'

/** FRR's lib/command.h: done; a warning, which changes nothing. */
const status = { success: 0 } as const
/** Milliseconds. */
const patience = 10_000
/** Between the answer's text and its status. */
const separator = '\0\0\0'

export class Vty {
  readonly #path: string
  readonly #socket: LineSocket

  /** `path`: such as /run/frr/bgpd.vty. Connects with the first command, and again after a failure. */
  constructor(path: string) {
    this.#path = path
    this.#socket = new LineSocket({
      path,
      patience,
      opening: 'silent',
      first: 'enable', // without it some commands do not exist
      question: (text) => `${text}\0`,
      endOctets: 4,
      isWhole: (end) => end.length === 4 && end[0] === 0 && end[1] === 0 && end[2] === 0,
      text: (octets) => `${octets.toString('utf8', 0, octets.length - 4)}${separator}${octets.at(-1)!}`,
    })
  }

  /** The answer. @throws {RouterError} `refused` with the daemon's message when it rejects the command */
  async ask(command: string): Promise<string> {
    const answer = await this.#socket.ask(command)
    const at = answer.lastIndexOf(separator)
    const [text, code] = [answer.slice(0, at), Number(answer.slice(at + separator.length))]
    if (code !== status.success) {
      throw new RouterError('refused', `${this.#path} answered "${command}" with status ${code}: ${text.trim()}`)
    }
    return text
  }

  async askJson<Answer>(command: string): Promise<Answer> {
    const text = await this.ask(command)
    try {
      return JSON.parse(text) as Answer
    } catch (cause) {
      throw new RouterError('refused', `${this.#path} answered "${command}" without JSON: ${text.slice(0, 80)}`, {
        cause,
      })
    }
  }

  /** Lines of configuration, in configuration mode of a session of their own. */
  async configure(lines: readonly string[]): Promise<void> {
    await this.ask('configure terminal')
    try {
      for (const line of lines) await this.ask(line.trim())
    } finally {
      await this.ask('end')
    }
  }

  close(): void {
    this.#socket.close()
  }
}

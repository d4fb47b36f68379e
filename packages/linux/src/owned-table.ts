/**
 * A table of nftables that lives as long as this process (`flags owner`, Linux 5.12): the kernel removes it with the socket of
 * `nft -i` that made it, which ends with its input, also after kill -9 of this process. Nobody else can change it.
 * @module
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { UnavailableError } from './errors.ts'

/** Milliseconds for a transaction: one with 16,384 addresses takes five seconds where nothing else runs. */
const patience = 60_000
/** No command of nft: what it says of it comes after what it says of everything before. */
const askFor = 'answered-'
/** Of what it says, what is kept: the beginning says what is wrong. */
const mostSaid = 65_536

export class OwnedTable {
  readonly #child: ChildProcessByStdio<Writable, null, Readable>
  readonly #table: string
  #said = ''
  #asked = 0
  #heard: () => void = () => undefined
  #ended: UnavailableError | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** @param table of family `inet` */
  constructor(table: string) {
    this.#table = table
    // It would write all commands to ~/.nft.history, with addresses of members, over what its user has there.
    const env = { ...process.env, LC_ALL: 'C', HOME: '/dev/null' }
    this.#child = spawn('nft', ['-i'], { stdio: ['pipe', 'ignore', 'pipe'], env })
    this.#child.stdin.on('error', () => undefined) // it ended: that is told below
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-mostSaid)
      this.#heard()
    })
    const end = (why: string): void => {
      this.#ended ??= new UnavailableError('refused', `nft ended: ${why}`)
      this.#heard()
    }
    this.#child.on('error', (error) => end(error.message))
    this.#child.on('close', (code) => end(this.#said.trim() || `status ${code}`))
  }

  /** Makes it, in one step with `commands`. @throws {UnavailableError} also where the kernel has no such tables */
  begin(commands: readonly string[]): Promise<void> {
    return this.run([`add table inet ${this.#table} { flags owner; }`, ...commands])
  }

  /**
   * Commands of nft, each on one line, all of them or none; one transaction after the other.
   * @throws {UnavailableError} with what nft says
   */
  run(commands: readonly string[]): Promise<void> {
    const done = this.#last.then(() => this.#run(commands.join('; ')))
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Whether it is still there, as far as is known. */
  get isOpen(): boolean {
    return this.#ended === undefined
  }

  /** The table goes. Fulfilled when it is gone. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return
    const closed = new Promise<void>((resolve) => this.#child.once('close', () => resolve()))
    this.#child.stdin.end()
    await closed
  }

  async #run(line: string): Promise<void> {
    const answer = `${askFor}${++this.#asked}`
    this.#said = ''
    this.#child.stdin.write(`${line}\n${answer}\n`)
    await this.#answered(answer)
    const before = this.#said.slice(0, this.#said.indexOf(`\n${answer}`))
    // The last error is that of the question.
    const errors = [...before.matchAll(/^(?:Error|internal): ?(.*)$/gim)].map(([, text]) => text!)
    if (errors.length <= 1) return
    const code = /not permitted|permission denied/i.test(before) ? 'not-permitted' : 'refused'
    throw new UnavailableError(code, `nft: ${errors[0]}: ${line.slice(0, 200)}`)
  }

  #answered(answer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => settle(new UnavailableError('refused', 'nft does not answer')), patience)
      const settle = (error?: Error): void => {
        clearTimeout(late)
        this.#heard = () => undefined
        if (error === undefined) resolve()
        else reject(error)
      }
      this.#heard = () => {
        if (this.#said.includes(`\n${answer}\n`)) settle()
        else if (this.#ended !== undefined) settle(this.#ended)
      }
      this.#heard()
    })
  }
}

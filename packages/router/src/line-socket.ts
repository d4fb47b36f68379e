/**
 * Sends questions over a Unix socket, each after the answer to the one before, as FRR's and BIRD's own command lines
 * do.
 * @module
 */
import { connect, type Socket } from 'node:net'
import { RouterError } from './errors.ts'

/** Octets of an answer; a table of a million routes is asked for by prefix, never as a whole. */
const maxAnswerOctets = 64 * 1024 * 1024

const nothing = Buffer.alloc(0)

export interface LineSocketOptions {
  readonly path: string
  /** Milliseconds that one answer may take. */
  readonly patience: number
  /** Octets of a question. */
  readonly question: (text: string) => string
  /** Octets at the end of an answer that show that it is complete. */
  readonly endOctets: number
  /** Whether an answer is complete; `end` is its last `endOctets` octets, or all of it when it is shorter. */
  readonly isWhole: (end: Buffer) => boolean
  /** Text of a whole answer. */
  readonly text: (octets: Buffer) => string
  /** `greeted`: the router speaks first. */
  readonly opening: 'greeted' | 'silent'
  /** Asked first on every connection. */
  readonly first?: string
}

interface Waiting {
  readonly resolve: (answer: string) => void
  readonly reject: (error: RouterError) => void
}

export class LineSocket {
  readonly #options: LineSocketOptions
  #socket: Socket | undefined
  #parts: Buffer[] = []
  #octets = 0
  /** The last octets of all parts. */
  #end: Buffer = nothing
  #waiting: Waiting | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: LineSocketOptions) {
    this.#options = options
  }

  /** The answer to one question; connects when there is no connection. Rejects with a RouterError `unreachable`. */
  ask(text: string): Promise<string> {
    const answer = this.#last.then(() => this.#askNow(text))
    this.#last = answer.catch(() => undefined)
    return answer
  }

  /** Ends the connection; the next question makes a new one. */
  close(): void {
    this.#fail('was closed')
  }

  async #askNow(text: string): Promise<string> {
    if (this.#socket === undefined) {
      await this.#connect()
      if (this.#options.opening === 'greeted') await this.#answer()
      if (this.#options.first !== undefined) await this.#exchange(this.#options.first)
    }
    return this.#exchange(text)
  }

  #exchange(text: string): Promise<string> {
    const answer = this.#answer()
    this.#socket?.write(this.#options.question(text))
    return answer
  }

  #answer(): Promise<string> {
    const { patience } = this.#options
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(`did not answer within ${patience} ms`), patience)
      const end = <Value>(then: (value: Value) => void) => {
        return (value: Value): void => {
          clearTimeout(timer)
          then(value)
        }
      }
      this.#waiting = { resolve: end(resolve), reject: end(reject) }
    })
  }

  #connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#options.path)
      socket.once('connect', () => {
        this.#socket = socket
        resolve()
      })
      socket.on('data', (octets: Buffer) => this.#take(octets))
      socket.once('error', (cause) => {
        reject(new RouterError('unreachable', `${this.#options.path}: ${cause.message}`, { cause }))
      })
      socket.once('close', () => {
        if (socket === this.#socket) this.#fail('closed the connection')
      })
    })
  }

  #take(octets: Buffer): void {
    this.#parts.push(octets)
    this.#octets += octets.length
    if (this.#octets > maxAnswerOctets) return this.#fail(`answered more than ${maxAnswerOctets} octets`)
    const { endOctets, isWhole, text } = this.#options
    const last = octets.length < endOctets ? Buffer.concat([this.#end, octets]) : octets
    this.#end = last.subarray(-endOctets)
    if (!isWhole(this.#end)) return
    // Joined once: for every piece, a long answer would take time by the square of its length.
    const answer = text(Buffer.concat(this.#parts))
    this.#forget()
    this.#waiting?.resolve(answer)
    this.#waiting = undefined
  }

  #forget(): void {
    this.#parts = []
    this.#octets = 0
    this.#end = nothing
  }

  #fail(problem: string): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#forget()
    this.#socket?.destroy()
    this.#socket = undefined
    waiting?.reject(new RouterError('unreachable', `${this.#options.path} ${problem}`))
  }
}

/** Programs of a bench in namespaces, questions to an agent at its socket, and waiting. @module */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds for everything that is waited for: ends what hangs, and gives a busy machine the time that it takes. */
const patience = 120_000

/** A program that prints lines, and ends with its input. */
export class Script {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<unknown>
  readonly #lines: string[] = []
  #waiting: ((line: string) => void) | undefined
  #latest = ''

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child
    this.ended = new Promise((done) => child.once('close', done))
    child.stderr.pipe(process.stderr)
    let rest = ''
    child.stdout.on('data', (octetsRead: Buffer) => {
      const parts = `${rest}${octetsRead.toString()}`.split('\n')
      rest = parts.pop()!
      for (const line of parts) {
        this.#latest = line
        const waiting = this.#waiting
        this.#waiting = undefined
        if (waiting === undefined) this.#lines.push(line)
        else waiting(line)
      }
    })
  }

  /** It ends when its input does: a signal would reach nsenter, and leave the script behind. */
  stop(): void {
    this.child.stdin.end()
  }

  /** The last line that it printed, whether or not it was asked for. */
  get latest(): string {
    return this.#latest
  }

  /** As `line`, of those that come from now on: a stream that stumbled has begun more than once. */
  nextLine(): Promise<string> {
    this.#lines.length = 0
    return this.line()
  }

  /** The next line. @throws {Error} when there is none in time, or the script has ended without it */
  line(): Promise<string> {
    const known = this.#lines.shift()
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolved, reject) => {
      const fail = (why: string): void => reject(new Error(`${this.child.spawnargs.join(' ')}: ${why}`))
      const timer = setTimeout(() => fail(`no line within ${patience / 1000} s`), patience)
      void this.ended.then(() => fail('ended'))
      this.#waiting = (line) => {
        clearTimeout(timer)
        resolved(line)
      }
    })
  }
}

/** What `udp-receiver.ts` prints. */
export interface Received {
  readonly received: number
  readonly late: number
  readonly overflowed: number
}

/** When datagrams begin to come that `watcher` waits for, milliseconds since 1970; to be asked while none come. */
export async function beginning(watcher: Script): Promise<number> {
  const { at } = JSON.parse(await watcher.nextLine()) as { at: number }
  return at
}

/** A watcher that has not seen the end of a stream may not tell the beginning of the next one. */
export const quiet = (watcher: Script): Promise<void> =>
  until('no datagrams come any more', async () => !watcher.latest.includes('busy'))

export async function until(what: string, test: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience
  for (;;) {
    if (await test().catch(() => false)) return
    if (performance.now() > deadline) throw new Error(`not within ${patience / 1000} s: ${what}`)
    await sleep(5)
  }
}

export function ask<Answer>(socketPath: string, method: string, path: string, body?: object): Promise<Answer> {
  return new Promise((resolved, reject) => {
    const sent = request({ socketPath, method, path }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => {
        if (response.statusCode === 200) resolved(JSON.parse(text) as Answer)
        else reject(new Error(`${method} ${path}: ${text}`))
      })
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/**
 * FRR's own shell, one process for each question. It alone knows which daemon a line is for: some lines are of several
 * daemons, and which ones differs with FRR's version.
 * @module
 */
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dyingWithUs } from '../dying-with-us.ts'
import { RouterError } from '../errors.ts'

export interface VtyshLimits {
  /** Milliseconds. */
  readonly timeout: number
  /** Octets of the answer; what comes behind is left out. */
  readonly maxOctets: number
}

export interface VtyshAnswer {
  readonly output: string
  readonly truncated: boolean
  /** `rejected`: a command was. Those behind it were not tried, unless all were given together. */
  readonly state: 'done' | 'rejected'
}

/** It says so where it may not read the file that it does not need. */
const aboutItself = /^% Can't open configuration file \S*vtysh\.conf due to .*\n/gm
const noDaemon = 'failed to connect to any daemons'
/** What `-f` is told with exit code 0 where a daemon rejects lines at the end of their transaction, up to FRR 9. */
const notCommitted = /^% Configuration failed/m

export class Vtysh {
  readonly #folder: string

  /** `folder` holds the daemons' sockets. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * The answers to commands, one after the other; after one that is rejected the others are not tried.
   * @param echo each command is printed before its answer
   * @throws {RouterError} `unreachable` where no daemon answers in time, `unsupported` where there is no vtysh
   */
  ask(commands: readonly string[], limits: VtyshLimits, echo: 'echo' | 'answers' = 'answers'): Promise<VtyshAnswer> {
    const words = [...(echo === 'echo' ? ['-E'] : []), ...commands.flatMap((command) => ['-c', command])]
    return this.#run(words, 'ignore', limits)
  }

  /**
   * Takes lines of configuration together, in as few transactions as FRR can: by itself a daemon compares its whole
   * configuration for each. One that is rejected keeps the others of its transaction out; those of others are taken.
   * @throws {RouterError} as `ask`, and `unreachable` where there is no room for a file
   */
  async configure(lines: readonly string[], limits: VtyshLimits): Promise<VtyshAnswer> {
    const file = unnamedFile(lines.map((line) => `${line}\n`).join(''))
    try {
      const answer = await this.#run(['-f', '/dev/stdin'], file, limits)
      return notCommitted.test(answer.output) ? { ...answer, state: 'rejected' } : answer
    } finally {
      closeSync(file)
    }
  }

  #run(words: readonly string[], input: 'ignore' | number, { timeout, maxOctets }: VtyshLimits): Promise<VtyshAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<VtyshAnswer>()
    // One whose agent was killed must not go on: the next agent would take back what is there, and lines would still come.
    const [program, ...first] = [...dyingWithUs(), 'vtysh', '--vty_socket', this.#folder]
    const child = spawn(program, [...first, ...words], { stdio: [input, 'pipe', 'pipe'] })
    const parts: Buffer[] = []
    let octets = 0
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, timeout)
    const take = (part: Buffer): void => {
      parts.push(part.subarray(0, Math.max(0, maxOctets - octets)))
      octets += part.length
      if (octets > maxOctets) child.kill('SIGKILL')
    }
    child.stdout!.on('data', take)
    child.stderr!.on('data', take)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      const problem = cause.code === 'ENOENT' ? notInstalled : cause.message
      reject(new RouterError('unsupported', problem, { cause }))
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      const truncated = octets > maxOctets
      const output = Buffer.concat(parts).toString().replaceAll(aboutItself, '')
      if (isLate)
        reject(new RouterError('unreachable', `FRR at ${this.#folder} did not answer within ${timeout / 1000} s`))
      else if (code === 127 && output.startsWith('setpriv: ')) reject(new RouterError('unsupported', notInstalled))
      else if (output.includes(noDaemon))
        reject(new RouterError('unreachable', `no daemon of FRR answers at ${this.#folder}`))
      else resolve({ output, truncated, state: code === 0 || truncated ? 'done' : 'rejected' })
    })
    return promise
  }
}

const notInstalled = 'vtysh is not installed; it is in the package of FRR'

/** Open for reading, and gone from the disk, so that nothing is left of it whenever this process ends. */
function unnamedFile(text: string): number {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-lines-'))
    try {
      writeFileSync(join(folder, 'lines'), text, { mode: 0o600 })
      return openSync(join(folder, 'lines'), 'r')
    } finally {
      rmSync(folder, { recursive: true })
    }
  } catch (cause) {
    throw new RouterError('unreachable', `lines for vtysh cannot be written: ${(cause as Error).message}`, { cause })
  }
}

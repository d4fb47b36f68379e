/**
 * FRR's own shell, one process for each question. It alone knows which daemon a line is for: some lines are of several
 * daemons, and which ones differs with FRR's version.
 * @module
 */
import { spawn } from 'node:child_process'
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
  /** `rejected`: a command was, and those behind it were not tried. */
  readonly state: 'done' | 'rejected'
}

/** It says so where it may not read the file that it does not need. */
const aboutItself = /^% Can't open configuration file \S*vtysh\.conf due to .*\n/gm
const noDaemon = 'failed to connect to any daemons'

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
  ask(
    commands: readonly string[],
    { timeout, maxOctets }: VtyshLimits,
    echo: 'echo' | 'answers' = 'answers',
  ): Promise<VtyshAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<VtyshAnswer>()
    const words = ['--vty_socket', this.#folder, ...(echo === 'echo' ? ['-E'] : [])]
    const child = spawn('vtysh', [...words, ...commands.flatMap((command) => ['-c', command])], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
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
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      const problem = cause.code === 'ENOENT' ? 'vtysh is not installed; it is in the package of FRR' : cause.message
      reject(new RouterError('unsupported', problem, { cause }))
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      const truncated = octets > maxOctets
      const output = Buffer.concat(parts).toString().replaceAll(aboutItself, '')
      if (isLate)
        reject(new RouterError('unreachable', `FRR at ${this.#folder} did not answer within ${timeout / 1000} s`))
      else if (output.includes(noDaemon))
        reject(new RouterError('unreachable', `no daemon of FRR answers at ${this.#folder}`))
      else resolve({ output, truncated, state: code === 0 || truncated ? 'done' : 'rejected' })
    })
    return promise
  }
}

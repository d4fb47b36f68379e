/**
 * Octets to and from the subsystem `netconf` of a router (RFC 6242 §3), by the host's own OpenSSH client: the operator's
 * keys, agent, jump hosts, hardware keys and known_hosts serve as they are.
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { dyingWithUs } from '../dying-with-us.ts'
import { RouterError } from '../errors.ts'
import { type NetconfPlace, sshWords } from './place.ts'
import { sshFailure } from './ssh-failure.ts'

interface SshEvents {
  readonly octets: (octets: Uint8Array) => void
  /** Once, also when there was never a connection; not after `end`. */
  readonly ended: (why: RouterError) => void
}

/** Characters of ssh's faults that are kept, the last ones. */
const maxSaid = 8192
/** Milliseconds until one that does not end by itself is killed, and until its last words are given up. */
const patience = 1000

export class SshProcess {
  /** `open` once the router has said hello: what is said about the end differs. */
  stage: 'opening' | 'open' = 'opening'
  readonly #place: NetconfPlace
  readonly #events: SshEvents
  readonly #child: ChildProcessWithoutNullStreams
  #said = ''
  #isOver = false

  /** @param within milliseconds until there is a connection @throws {RangeError} a place that is none */
  constructor(place: NetconfPlace, within: number, events: SshEvents) {
    this.#place = place
    this.#events = events
    const [program = 'ssh', ...words] = [...dyingWithUs(), 'ssh', ...sshWords(place, within)]
    // Its faults are understood in English.
    const child = spawn(program, words, { stdio: 'pipe', env: { ...process.env, LC_ALL: 'C' } })
    this.#child = child
    child.stdout.on('data', (octets: Buffer) => {
      if (!this.#isOver) events.octets(octets)
    })
    child.stderr.on('data', (octets: Buffer) => (this.#said = (this.#said + octets.toString()).slice(-maxSaid)))
    // Whoever does not read any more has ended, which is told elsewhere.
    child.stdin.on('error', () => undefined)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      this.#over(
        cause.code === 'ENOENT' ? missing(place, cause) : new RouterError('unreachable', cause.message, { cause }),
      )
    })
    child.once('close', (code) => this.#closed(code))
    // A program of its configuration may hold the pipes for longer.
    child.once('exit', (code) => setTimeout(() => this.#closed(code), patience).unref())
  }

  write(octets: Uint8Array): void {
    if (!this.#isOver) this.#child.stdin.write(octets)
  }

  /** Ends the connection and the process. */
  end(): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#isOver = true
    this.#child.stdin.destroy()
    // So that it ends programs of its own, too; it may wait for one.
    this.#child.kill('SIGTERM')
    setTimeout(() => this.#child.kill('SIGKILL'), patience).unref()
  }

  #closed(code: number | null): void {
    const isMissing = code === 127 && this.#said.startsWith('setpriv: ')
    this.#over(isMissing ? missing(this.#place) : sshFailure(this.#place, this.#said, this.stage))
  }

  #over(why: RouterError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#events.ended(why)
  }
}

const missing = ({ host }: NetconfPlace, cause?: Error): RouterError =>
  new RouterError('unreachable', `NETCONF at ${host} needs ssh, which is not installed: install openssh-client`, {
    cause,
  })

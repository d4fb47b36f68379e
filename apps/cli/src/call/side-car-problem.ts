/** What a side-car answers instead of the agent (problem+json, RFC 9457), as a failure that says what would help. @module */
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { oneLine } from './page.ts'
import { patientFetch } from './patient-fetch.ts'

interface Help {
  readonly exit: ExitCode
  /** What to type or do; `NAME` stands for the agent. */
  readonly fix: string
}

const waitAndTry = 'try again; what it did so far it did once'

/** By the reason at the end of `urn:vagus:problem:`. */
const helps: Readonly<Record<string, Help>> = {
  'unknown-agent': {
    exit: exitCode.usage,
    fix: 'who is there: vagus agent ls, vagus id show · look elsewhere: --controller ADDRESS, --lookup FOLDER',
  },
  unreachable: {
    exit: exitCode.unreachable,
    fix: 'does its side-car run, and listen for other hosts? is the controller there? vagus agent show NAME',
  },
  'wrong-peer': { exit: exitCode.denied, fix: 'its document is old, or somebody else is there: vagus agent show NAME' },
  refused: {
    exit: exitCode.denied,
    fix: 'its owner says who may call: vagus run --allow LIST · be another one: --as AGENT',
  },
  limit: { exit: exitCode.failed, fix: 'try again when less is under way' },
  'too-large': { exit: exitCode.failed, fix: 'say less at once, or where it can be fetched' },
  failed: { exit: exitCode.failed, fix: 'see what its server prints' },
  cancelled: { exit: exitCode.failed, fix: '' },
  interrupted: { exit: exitCode.failed, fix: waitAndTry },
  gap: { exit: exitCode.failed, fix: 'ask the agent how far it came before you try again' },
  closed: { exit: exitCode.unreachable, fix: 'start it again: vagus run --name NAME' },
  'server-down': {
    exit: exitCode.unreachable,
    fix: 'its owner starts it again, or names another: vagus run --a2a URL, --mcp URL',
  },
  'not-exposed': {
    exit: exitCode.failed,
    fix: 'its owner exposes A2A with vagus run --a2a URL, and tools with --mcp URL',
  },
  'no-token': {
    exit: exitCode.denied,
    fix: 'write the token into the address: --side-car http://127.0.0.1:PORT/t/TOKEN',
  },
  'wrong-host': { exit: exitCode.usage, fix: 'name it by its address: --side-car http://127.0.0.1:PORT' },
}
const noHelp: Help = { exit: exitCode.failed, fix: '' }

const typePattern = /^urn:vagus:problem:([a-z-]+)$/

/** `undefined`: what came is no problem of a side-car. */
export function sideCarFailure(problem: unknown, agent: string): Failure | undefined {
  const { type, detail, title } = (problem ?? {}) as Readonly<Record<string, unknown>>
  const [, reason] = typePattern.exec(typeof type === 'string' ? type : '') ?? []
  if (reason === undefined) return undefined
  const { exit, fix } = helps[reason] ?? noHelp
  const said = [detail, title, reason].find((text): text is string => typeof text === 'string')!
  return new Failure(exit, `${agent}: ${oneLine(said)} (${reason})`, fix.replaceAll('NAME', agent))
}

/**
 * A `fetch` for SDKs, which tell their callers little of what an HTTP server said: what was wrong is kept here.
 * @param sideCar as `sideCarOf` gives it
 */
export class ExplainingFetch {
  readonly #agent: string
  readonly #sideCar: string
  #last: Failure | undefined
  #status: number | undefined

  constructor(agent: string, sideCar: string) {
    this.#agent = agent
    this.#sideCar = sideCar
  }

  /** HTTP status of the last answer, where the agent's server gave it with no reason and it is no success. */
  get status(): number | undefined {
    return this.#status
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const isCard = addressOf(input).endsWith('/agent-card.json')
    // What an SDK asks for beside its question (a stream of notices, an end of a session) may fail and say nothing.
    if (!isCard && init?.method !== 'POST') return patientFetch(input, init)
    this.#last = undefined
    this.#status = undefined
    const response = await patientFetch(input, init).catch((error: unknown) => {
      if (init?.signal?.aborted !== true) this.#last = this.#nobody(error as Error)
      throw error
    })
    if (response.ok) return response
    const problem: unknown = await response
      .clone()
      .json()
      .catch(() => undefined)
    this.#last = sideCarFailure(problem, this.#agent)
    if (isCard || !isJsonRpcError(problem)) this.#status = response.status
    return response
  }

  /**
   * Why an SDK gave up with `error`.
   * @param what the agent does, where its server gives a page of an error and no reason @param fix what to type about it
   */
  failureOf(error: unknown, what: string, fix: string): Failure {
    if (error instanceof Failure) return error
    if (this.#last !== undefined) return this.#last
    const said = this.#status === undefined ? `: ${messageOf(error)}` : ` ${what} (HTTP ${this.#status})`
    return new Failure(exitCode.failed, `${this.#agent}${said}`, fix, error)
  }

  #nobody(error: Error): Failure {
    const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException
    const { origin } = new URL(this.#sideCar) // without its token
    const isThere = code !== 'ECONNREFUSED'
    const problem = isThere ? `the side-car at ${origin} broke off: ${message}` : `no side-car answers at ${origin}`
    return new Failure(exitCode.unreachable, problem, 'start it: vagus run --help · without one: --as cli', error)
  }
}

const addressOf = (input: Parameters<typeof fetch>[0]): string =>
  typeof input === 'string' ? input : 'url' in input ? input.url : input.href

const isJsonRpcError = (value: unknown): boolean => typeof value === 'object' && value !== null && 'error' in value

const messageOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error))

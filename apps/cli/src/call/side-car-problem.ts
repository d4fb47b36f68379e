/** A side-car's own answer in place of the agent's (problem+json, RFC 9457), as a failure with a fix. @module */
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { oneLine } from './page.ts'
import { patientFetch } from './patient-fetch.ts'

interface Help {
  readonly exit: ExitCode
  /** What to type or do; `NAME` stands for the agent. */
  readonly fix: string
  /** The same where a skill or role is called; `CLAIMANTS` stands for the command that lists who claims it. */
  readonly ofClaim?: string
}

const waitAndTry = 'try again; nothing was done twice so far'

/** By the reason at the end of `urn:vagus:problem:`. */
const helps: Readonly<Record<string, Help>> = {
  'unknown-agent': {
    exit: exitCode.usage,
    fix: 'agents of this host: vagus id show · of a controller: vagus agent ls · look elsewhere: --controller ADDRESS, --lookup FOLDER',
    ofClaim: 'who may answer: --find LIST (default @host) · who claims it at the controller: CLAIMANTS',
  },
  'unknown-holder': { exit: exitCode.usage, fix: '', ofClaim: 'their names: CLAIMANTS' },
  unreachable: {
    exit: exitCode.unreachable,
    fix: 'does its side-car run (vagus run --name NAME …), and listen for other hosts if it is on one (--listen)? what is known of it: vagus agent show NAME, on its host vagus id show NAME · an agent of a lab is reached from inside the lab: vagus lab shell',
    ofClaim: 'do their side-cars run and listen for other hosts? CLAIMANTS',
  },
  'wrong-peer': {
    exit: exitCode.denied,
    fix: 'its document is old, or another agent is at its address: vagus agent show NAME',
  },
  'other-version': {
    exit: exitCode.failed,
    fix: 'update the older of the two; the version here: vagus version',
  },
  refused: {
    exit: exitCode.denied,
    fix: 'who may call is decided by vagus run --allow LIST, and by the roster of its fleet: vagus roster check · as another agent: --as AGENT',
  },
  limit: { exit: exitCode.failed, fix: 'try again when fewer calls are open' },
  'too-large': { exit: exitCode.failed, fix: 'send less at once, or a URL to fetch it from' },
  failed: { exit: exitCode.failed, fix: 'see what its server prints' },
  cancelled: { exit: exitCode.failed, fix: '' },
  interrupted: { exit: exitCode.failed, fix: waitAndTry },
  gap: { exit: exitCode.failed, fix: 'ask the agent how far it got before you try again' },
  closed: { exit: exitCode.unreachable, fix: 'start it again: vagus run --name NAME' },
  'server-down': {
    exit: exitCode.unreachable,
    fix: 'its owner must restart it or name another one: vagus run --a2a URL, --mcp URL',
  },
  'not-exposed': {
    exit: exitCode.failed,
    fix: 'its owner can expose A2A with vagus run --a2a URL, and tools with --mcp URL',
  },
  'no-token': {
    exit: exitCode.denied,
    fix: 'write the token into the address: --side-car http://127.0.0.1:PORT/t/TOKEN',
  },
  'bad-request': { exit: exitCode.usage, fix: 'see: vagus agent call --help' },
  'wrong-host': { exit: exitCode.usage, fix: 'name it by its address: --side-car http://127.0.0.1:PORT' },
}
const noHelp: Help = { exit: exitCode.failed, fix: '' }

/** That a look-up fails says nothing of the agent, nor of its side-car. */
const isLookUp = (reason: string, said: string): boolean =>
  reason === 'unreachable' && said.includes('cannot be looked up')
const mendLookUp = 'mend what failed there, or look elsewhere: --controller ADDRESS, --lookup FOLDER'

const claimPattern = /^(skill|role):(.*)$/s
const typePattern = /^urn:vagus:problem:([a-z-]+)$/

/** `undefined`: the answer is not a problem from a side-car. */
export function sideCarFailure(problem: unknown, agent: string): Failure | undefined {
  const { type, detail, title } = (problem ?? {}) as Readonly<Record<string, unknown>>
  const [, reason] = typePattern.exec(typeof type === 'string' ? type : '') ?? []
  if (reason === undefined) return undefined
  const { exit, fix, ofClaim = fix } = helps[reason] ?? noHelp
  const said = oneLine([detail, title, reason].find((text): text is string => typeof text === 'string')!)
  const [, kind, word] = claimPattern.exec(agent) ?? []
  const step = isLookUp(reason, said)
    ? mendLookUp
    : kind === undefined
      ? fix
      : ofClaim.replace('CLAIMANTS', `vagus agent ls --${kind} ${word}`)
  // What is said of a claim or an id has it already, and it is long.
  const subject = agent.includes(':') && said.includes(agent) ? '' : `${agent}: `
  return new Failure(exit, `${subject}${said} (${reason})`, step.replaceAll('NAME', agent))
}

/**
 * A `fetch` for SDKs that keeps the problem, because SDKs pass on little of what an HTTP server said.
 * @param sideCar as `sideCarOf` returns it
 */
export class ExplainingFetch {
  readonly #agent: string
  readonly #sideCar: string
  #last: Failure | undefined
  #status: number | undefined
  #answerer: string | undefined
  readonly #asked: string | undefined
  #service: string | undefined

  /** @param service that is asked for */
  constructor(agent: string, sideCar: string, service?: string) {
    this.#asked = service
    this.#agent = agent
    this.#sideCar = sideCar
  }

  /** HTTP status of the last answer, if it was an error of the agent's server without a reason. */
  get status(): number | undefined {
    return this.#status
  }

  /** Id of the agent that answered last: one of several, where a skill or role is called. */
  get answerer(): string | undefined {
    return this.#answerer
  }

  /** What the last call got, where it is not what every call gets; and whenever one was asked for. */
  get service(): string | undefined {
    return this.#asked === undefined && this.#service === 'call' ? undefined : this.#service
  }

  readonly fetch: typeof fetch = async (input, given) => {
    const init = this.#asked === undefined ? given : withService(input, given, this.#asked)
    const isCard = addressOf(input).endsWith('/agent-card.json')
    // Side requests of an SDK (a stream of notifications, the end of a session) may fail silently.
    if (!isCard && init?.method !== 'POST') return patientFetch(input, init)
    this.#last = undefined
    this.#status = undefined
    const response = await patientFetch(input, init).catch((error: unknown) => {
      if (init?.signal?.aborted !== true) this.#last = this.#noSideCar(error as Error)
      throw error
    })
    this.#answerer = response.headers.get('vagus-answered-by') ?? undefined
    this.#service = response.headers.get('vagus-service') ?? undefined
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
   * @param what the agent does, for an error status without a reason @param fix the command that helps
   */
  failureOf(error: unknown, what: string, fix: string): Failure {
    if (error instanceof Failure) return error
    if (this.#last !== undefined) return this.#last
    const said = this.#status === undefined ? `: ${messageOf(error)}` : ` ${what} (HTTP ${this.#status})`
    return new Failure(exitCode.failed, `${this.#agent}${said}`, fix, error)
  }

  #noSideCar(error: Error): Failure {
    const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException
    const { origin } = new URL(this.#sideCar) // without its token
    const isThere = code !== 'ECONNREFUSED'
    const problem = isThere ? `the side-car at ${origin} broke off: ${message}` : `no side-car answers at ${origin}`
    return new Failure(
      exitCode.unreachable,
      problem,
      'start it: vagus run --help · or call without one: --as cli',
      error,
    )
  }
}

function withService(input: Parameters<typeof fetch>[0], init: RequestInit | undefined, service: string): RequestInit {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  headers.set('vagus-service', service)
  return { ...init, headers }
}

const addressOf = (input: Parameters<typeof fetch>[0]): string =>
  typeof input === 'string' ? input : 'url' in input ? input.url : input.href

const isJsonRpcError = (value: unknown): boolean => typeof value === 'object' && value !== null && 'error' in value

const messageOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error))

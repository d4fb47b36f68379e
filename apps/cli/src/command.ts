/**
 * What a command is: facts for help, completion and (later) tools of agents, and a function that runs it.
 * @module
 */
import type { ExitCode } from './exit-code.ts'
import type { Options, ValuesOf } from './option.ts'
import type { Terminal } from './terminal.ts'

interface Argument {
  /** As help shows it, such as `ROUTER`. */
  readonly name: string
  readonly description: string
  readonly presence: 'required' | 'optional'
  readonly choices?: readonly string[]
}

/** A line that can be typed and what it does. */
interface Example {
  readonly line: string
  readonly does: string
}

/** What a run gets: the parsed line, the terminal, the environment and the wish to stop. */
export interface Call<O extends Options> {
  readonly values: ValuesOf<O>
  /** One entry for each argument that was given. */
  readonly words: readonly string[]
  /** What stood behind `--`. */
  readonly rest: readonly string[]
  readonly terminal: Terminal
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly registry: Registry
  /** Aborted by Ctrl-C or SIGTERM; the command then ends soon, whatever it still has to take down. */
  readonly signal: AbortSignal
}

export interface Command<O extends Options = Options> {
  /** One or two words, `noun` or `noun verb`. */
  readonly name: string
  readonly summary: string
  /** `rw` changes something outside this process: the lab, a file, the network. */
  readonly effect: 'ro' | 'rw'
  /** It runs until it is stopped, and others wait for what it answers. */
  readonly isService: boolean
  readonly examples: readonly Example[]
  readonly arguments: readonly Argument[]
  /** What may stand behind `--`, such as `CMD…`; empty when nothing may. */
  readonly rest: string
  readonly options: O
  run(call: Call<O>): Promise<ExitCode>
}

interface Found {
  readonly name: string
  /** How many words the name took. */
  readonly length: number
  load(): Promise<Command>
}

/** Every command there is, by name. */
export interface Registry {
  readonly names: readonly string[]
  /** The command whose name the words begin with; the longest name wins. */
  find(words: readonly string[]): Found | undefined
  /** The command that the first two words were probably meant to name. */
  nearest(words: readonly string[]): string | undefined
  loadAll(): Promise<readonly Command[]>
}

type MayBeLeftOut = 'arguments' | 'rest' | 'isService'

type Written<O extends Options> = Omit<Command<O>, MayBeLeftOut> & Partial<Pick<Command<O>, MayBeLeftOut>>

/** Completes a command with what it leaves out; `O` is inferred, so `run` sees exactly the options written above it. */
export function defineCommand<const O extends Options>(written: Written<O>): Command {
  // A command is only ever run with values parsed by its own options, so forgetting `O` here is sound.
  return { arguments: [], rest: '', isService: false, ...written }
}

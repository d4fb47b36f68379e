/**
 * A command: facts for help, completion and (later) tools of agents, and a function that runs it.
 * @module
 */
import type { ExitCode } from './exit-code.ts'
import type { Options, ValuesOf } from './option.ts'
import type { Terminal } from './terminal.ts'

interface Argument {
  /** As help shows it, such as `ROUTER`. */
  readonly name: string
  readonly description: string
  /** `repeated`: any number of them, none too; only the last one. */
  readonly presence: 'required' | 'optional' | 'repeated'
  readonly choices?: readonly string[]
}

/** A line to type, and what it does. */
interface Example {
  readonly line: string
  readonly does: string
}

/** Options that help shows together. */
export interface OptionGroup {
  readonly title: string
  readonly options: Options
}

/** Input of a run: the parsed line, the terminal, the environment and the signal to stop. */
export interface Call<O extends Options> {
  readonly values: ValuesOf<O>
  /** Names of the options that the line has; all others are at their defaults. */
  readonly given: ReadonlySet<string>
  /** The arguments given. */
  readonly words: readonly string[]
  /** The words after `--`. */
  readonly rest: readonly string[]
  readonly terminal: Terminal
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly registry: Registry
  /** Aborted by Ctrl-C or SIGTERM; the command then cleans up and ends soon. */
  readonly signal: AbortSignal
}

export interface Command<O extends Options = Options> {
  /** One or two words, `noun` or `noun verb`. */
  readonly name: string
  readonly summary: string
  /** `rw` changes something outside this process: the lab, a file, the network. */
  readonly effect: 'ro' | 'rw'
  /** Runs until it is stopped, and others wait for its answers. */
  readonly isService: boolean
  /** `small`: a service beside other programs, to which bulk never comes; it takes less memory and collects it more often. */
  readonly memory: 'usual' | 'small'
  readonly examples: readonly Example[]
  readonly arguments: readonly Argument[]
  /** What may follow `--`, such as `CMD…`; empty for nothing. */
  readonly rest: string
  readonly options: O
  /** How help orders them; without any, under one title. */
  readonly groups: readonly OptionGroup[]
  run(call: Call<O>): Promise<ExitCode>
  /** Says on its own that the line is wrong, or that `run` failed: for programs that read one form only. */
  readonly failed?: (error: unknown, terminal: Terminal) => ExitCode
}

interface Found {
  readonly name: string
  /** Number of words in the name. */
  readonly length: number
  load(): Promise<Command>
}

/** All commands by name. */
export interface Registry {
  readonly names: readonly string[]
  /** The command whose name starts the words; the longest name wins. */
  find(words: readonly string[]): Found | undefined
  /** The command that the first two words probably mean. */
  nearest(words: readonly string[]): string | undefined
  loadAll(): Promise<readonly Command[]>
}

type Omittable = 'arguments' | 'rest' | 'isService' | 'memory' | 'groups'

type Written<O extends Options> = Omit<Command<O>, Omittable> & Partial<Pick<Command<O>, Omittable>>

/** Fills in what a command omits; `O` is inferred, so `run` sees exactly the options written above it. */
export function defineCommand<const O extends Options>(written: Written<O>): Command {
  // A command only runs with values parsed by its own options, so dropping `O` here is sound.
  return { arguments: [], rest: '', isService: false, memory: 'usual', groups: [], ...written }
}

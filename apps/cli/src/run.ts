/**
 * Runs one command line: finds the command, parses, runs, and turns any error into an exit code and at most two lines
 * on stderr. Everything below throws `Failure`; nothing else should get here.
 * @module
 */
import type { Call, Command, Registry } from './command.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'
import { printable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { unknownVariables } from './unknown-variables.ts'
import { lengthOf, wrapped } from './wrap.ts'

export interface Surroundings {
  readonly terminal: Terminal
  readonly environment: Call<Options>['environment']
  readonly signal: AbortSignal
  /** Called before a service runs; may restart the process, and then does not return. */
  readonly becomeService: (memory: Command['memory']) => void
}

/** Runs `args` (the words after `vagus`) and returns the exit code. Never throws. */
export async function run(registry: Registry, args: readonly string[], around: Surroundings): Promise<ExitCode> {
  try {
    return await runOne(registry, args, around)
  } catch (error) {
    if (around.signal.aborted) return exitCode.interrupted
    report(error, around)
    return error instanceof Failure ? error.exit : exitCode.failed
  }
}

async function runOne(registry: Registry, args: readonly string[], around: Surroundings): Promise<ExitCode> {
  const { own, before } = leadingOptions(args)
  const found = registry.find(own)
  if (found === undefined) {
    const { answerWithoutCommand } = await import('./help.ts')
    return answerWithoutCommand(registry, own, around.terminal)
  }
  const command = await found.load()
  try {
    return await runFound(command, registry, { own: own.slice(found.length), before, words: own }, around)
  } catch (error) {
    if (command.failed === undefined || around.signal.aborted) throw error
    return command.failed(error, around.terminal)
  }
}

async function runFound(
  command: Command,
  registry: Registry,
  { own, before, words }: Record<'own' | 'before' | 'words', readonly string[]>,
  around: Surroundings,
): Promise<ExitCode> {
  const { parse } = await import('./parse.ts')
  const parsed = parseOrSuggest(registry, command, () => parse(command, [...before, ...own]), words)
  if (parsed.values['help'] === true) {
    const { commandHelp } = await import('./help.ts')
    around.terminal.out(commandHelp(registry, command, around.terminal))
    return exitCode.ok
  }
  if (command.isService) around.becomeService(command.memory)
  for (const line of await unknownVariables(around.environment)) around.terminal.err(`vagus: ${printable(line)}\n`)
  return command.run({ ...around, ...parsed, registry, values: parsed.values as never })
}

/** Options may precede the command: `vagus --controller unix:/run/c.sock status`, `vagus --json status`. */
function leadingOptions(args: readonly string[]): {
  readonly own: readonly string[]
  readonly before: readonly string[]
} {
  let at = 0
  while (at < args.length && args[at]!.startsWith('-') && args[at] !== '--' && !standalone.has(args[at]!))
    at += args[at] === '--controller' || args[at] === '-o' || args[at] === '--output' ? 2 : 1
  return at < args.length ? { own: args.slice(at), before: args.slice(0, at) } : { own: args, before: [] }
}
/** Options that need no command. */
const standalone = new Set(['--help', '-h'])

/** `vagus device lss`: an extra word may be a mistyped second word of another command. */
function parseOrSuggest<T>(registry: Registry, command: Command, parse: () => T, own: readonly string[]): T {
  try {
    return parse()
  } catch (error) {
    const near = command.arguments.length === 0 ? registry.nearest(own) : undefined
    if (!(error instanceof Failure) || near === undefined || near === command.name) throw error
    if (!error.message.includes('one word too many')) throw error
    throw new Failure(error.exit, error.message, `did you mean: vagus ${near}`)
  }
}

function report(error: unknown, { terminal, environment }: Surroundings): void {
  const { bad, strong } = terminal.talkPaint
  const message = error instanceof Error ? error.message : String(error)
  // Without a terminal on stdout there is no width: a log keeps its lines.
  const width = Math.min(terminal.columns, terminal.person ? 100 : Infinity)
  const [first = '', ...more] = wrapped(message, width - 'vagus: '.length).map(printable)
  terminal.err(`${bad('vagus:')} ${first}\n${more.map((line) => `       ${line}\n`).join('')}`)
  if (error instanceof Failure) {
    for (const line of fixLines(error.fix, width - 2).map(printable)) terminal.err(`  ${strong(line)}\n`)
    if (environment['VAGUS_DEBUG'] === undefined) return
  }
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  if (environment['VAGUS_DEBUG'] !== undefined) terminal.err(`${stack}\n`)
  else terminal.err('  this is a bug in vagus; VAGUS_DEBUG=1 shows where\n')
}

/** Several commands that do not fit on one line get a line each, so that none is broken. */
function fixLines(fix: string, width: number): readonly string[] {
  if (fix === '') return []
  return lengthOf(fix) <= width ? [fix] : fix.split(' · ').flatMap((each) => wrapped(each, width))
}

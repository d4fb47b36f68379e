/** Lines of FRR's running configuration, read and changed through vtysh. Its files are the operator's. @module */
import { type Edit, withoutSecret } from '@vagus/southbound'
import { RouterError } from '../errors.ts'
import type { RouterConfiguration } from '../router.ts'
import { linesTogether, rejectedLine } from './lines-together.ts'
import type { Vtysh } from './vtysh.ts'

/** Milliseconds for a configuration to be printed, or for up to 500 lines to be taken. */
const timeout = 180_000
const maxOctets = 64 * 1024 * 1024
const limits = { timeout, maxOctets }
/** Edits from which on they are given together. For fewer FRR says better what is wrong with one, and it costs as much. */
const many = 16

export class FrrConfiguration implements RouterConfiguration {
  readonly #vtysh: Vtysh

  constructor(vtysh: Vtysh) {
    this.#vtysh = vtysh
  }

  async text(): Promise<string> {
    const { output, state, truncated } = await this.#vtysh.ask(['show running-config'], limits)
    if (state === 'rejected') throw new RouterError('refused', `vtysh shows no running configuration: ${output.trim()}`)
    if (truncated) throw new RouterError('unsupported', `the configuration has more than ${maxOctets} octets`)
    return output.replace(/^[^]*?^Current configuration:\n/m, '')
  }

  async apply(edits: readonly Edit[]): Promise<void> {
    if (edits.length >= many) {
      const lines = linesTogether(edits)
      const { output, state } = await this.#vtysh.configure(lines, limits)
      if (state === 'done') return
      const { line, said } = rejectedLine(lines, output)
      throw new RouterError('refused', problemOf(line, said))
    }
    const { output, state } = await this.#vtysh.ask(edits.flatMap(commandsOf), limits, 'echo')
    if (state === 'rejected') throw new RouterError('refused', rejectedOf(output))
  }

  async keep(): Promise<void> {}

  async takeBack(edits: readonly Edit[]): Promise<readonly string[]> {
    if (edits.length >= many) {
      const { state } = await this.#vtysh.configure(linesTogether(edits), limits)
      if (state === 'done') return []
    }
    return this.#takeEach(edits)
  }

  async #takeEach(edits: readonly Edit[]): Promise<readonly string[]> {
    const problems: string[] = []
    let rest = edits
    while (rest.length > 0) {
      const all = rest.map(commandsOf)
      const { output, state } = await this.#vtysh.ask(all.flat(), limits, 'echo')
      if (state === 'done') break
      // It stops at the first that is rejected; those behind it are tried all the same.
      const at = editAt(all, attemptsOf(all.flat(), output) - 1)
      const problem = await this.#takeShort(rest[at]!, rejectedOf(output))
      if (problem !== undefined) problems.push(problem)
      rest = rest.slice(at + 1)
    }
    return problems
  }

  /** Some lines are removed with their value, others without it. Gives `problem` where neither goes. */
  async #takeShort(edit: Edit, problem: string): Promise<string | undefined> {
    const short = shortOf(edit)
    if (short === undefined) return problem
    const { state } = await this.#vtysh.ask(commandsOf(short), limits)
    return state === 'rejected' ? problem : undefined
  }
}

/** Each line in configuration mode of its own, so that none is read in a context that the one before opened. */
const commandsOf = ({ context, line }: Edit): readonly string[] => ['configure terminal', ...context, line, 'end']

/** How many of these commands were printed, the last one because it was rejected. */
function attemptsOf(commands: readonly string[], output: string): number {
  let count = 0
  for (const line of output.split('\n')) {
    if (count < commands.length && line.trimEnd().endsWith(`# ${commands[count]!}`)) count++
  }
  return Math.max(1, count)
}

/** Of which edit a command is, by its place among those of all. */
function editAt(all: readonly (readonly string[])[], command: number): number {
  let before = 0
  return Math.max(
    0,
    all.findIndex((commands) => command < (before += commands.length)),
  )
}

function shortOf({ context, line }: Edit): Edit | undefined {
  const words = line.split(' ')
  if (words[0] !== 'no') return undefined
  const kept = words[1] === 'neighbor' ? 4 : /^(?:ip|ipv6|set|match)$/.test(words[1] ?? '') ? 3 : 2
  return words.length > kept ? { context, line: words.slice(0, kept).join(' ') } : undefined
}

/** The last command that was printed, and what FRR said to it. */
function rejectedOf(output: string): string {
  const lines = output.trimEnd().split('\n')
  const at = lines.findLastIndex((line) => /^\S*[#>] /.test(line))
  const command = lines[at]?.replace(/^\S*[#>] /, '') ?? ''
  return problemOf(command, lines.slice(at + 1).join(' '))
}

function problemOf(command: string, said: string): string {
  const reason = said.trim().replace(/^% ?/, '')
  const what = command === '' ? 'the lines together' : `"${command}"`
  return withoutSecret(`FRR rejects ${what}: ${reason === '' ? 'without a reason' : reason}`)
}

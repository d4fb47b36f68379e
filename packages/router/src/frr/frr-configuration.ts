/** Lines of FRR's running configuration, read and changed through vtysh. Its files are the operator's. @module */
import { type Edit, editText, textWithoutSecrets, withoutSecret } from '@vagus/southbound'
import { RouterError } from '../errors.ts'
import type { RouterConfiguration } from '../router.ts'
import type { Vtysh } from './vtysh.ts'

/** Milliseconds for a configuration to be printed, or for up to 500 lines to be taken. */
const timeout = 60_000
const maxOctets = 64 * 1024 * 1024
const limits = { timeout, maxOctets }

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
    const { output, state } = await this.#vtysh.ask(edits.flatMap(commandsOf), limits, 'echo')
    if (state === 'rejected') throw new RouterError('refused', rejectedOf(output))
  }

  async keep(): Promise<void> {}

  async takeBack(edits: readonly Edit[]): Promise<readonly string[]> {
    const problems: string[] = []
    for (const edit of edits) {
      const answers = []
      for (const one of waysOf(edit)) {
        const { output, state } = await this.#vtysh.ask(commandsOf(one), limits)
        answers.push({ output, state })
        if (state === 'done') break
      }
      const { output, state } = answers.at(-1)!
      if (state === 'rejected')
        problems.push(`"${withoutSecret(editText(edit))}": ${textWithoutSecrets(output).trim()}`)
    }
    return problems
  }
}

/** Each line in configuration mode of its own, so that none is read in a context that the one before opened. */
const commandsOf = ({ context, line }: Edit): readonly string[] => ['configure terminal', ...context, line, 'end']

/** Some lines are removed with their value, others without it. */
function waysOf(edit: Edit): readonly Edit[] {
  const [no = '', first = '', ...rest] = edit.line.split(' ')
  if (no !== 'no' || rest.length === 0) return [edit]
  const isNamed = first === 'neighbor' || first === 'ip' || first === 'ipv6' || first === 'set' || first === 'match'
  const short = isNamed ? [no, first, ...rest.slice(0, first === 'neighbor' ? 2 : 1)] : [no, first]
  return short.length === rest.length + 2 ? [edit] : [edit, { ...edit, line: short.join(' ') }]
}

/** The last command that was printed, and what FRR said to it. */
function rejectedOf(output: string): string {
  const lines = output.trimEnd().split('\n')
  const at = lines.findLastIndex((line) => /^\S*[#>] /.test(line))
  const command = lines[at]?.replace(/^\S*[#>] /, '') ?? ''
  const said = lines
    .slice(at + 1)
    .join(' ')
    .trim()
    .replace(/^% ?/, '')
  return withoutSecret(`FRR rejects "${command}": ${said === '' ? 'without a reason' : said}`)
}

/**
 * Help made from the registry: the overview, a group (`vagus lab`), one command. Examples come first.
 * @module
 */
import type { Command } from './command.ts'
import { exitCode, type ExitCode, exitMeanings } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Option } from './option.ts'
import type { Paint } from './paint.ts'
import { helpOption } from './parse.ts'
import type { Registry } from './registry.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'
import { wrapped } from './wrap.ts'

/** Headings of the overview; a command that stands in none of them fails a test. */
export const chapters: readonly { readonly title: string; readonly names: readonly string[] }[] = [
  { title: 'Try', names: ['demo', 'lab up', 'lab down', 'lab ls', 'lab shell', 'lab run', 'lab fault', 'cheat'] },
  { title: 'Run', names: ['controller', 'device', 'config check', 'config explain', 'config dump'] },
  {
    title: 'Look',
    names: ['status', 'flow top', 'matrix', 'link ls', 'link show', 'device ls', 'exporter ls', 'ipv6 share', 'events'],
  },
  { title: 'Help', names: ['doctor', 'completion', 'version', 'help'] },
]

/** No command in `words`: the overview, a group's commands, the version, or a guess at what was meant. */
export async function answerWithoutCommand(
  registry: Registry,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first] = words
  if (first === '--version' || first === '-V') {
    terminal.out(`vagus ${version}\n`)
    return exitCode.ok
  }
  if (first === undefined || first === '--help' || first === '-h') {
    terminal.out(await overview(registry, terminal.paint))
    return exitCode.ok
  }
  const group = registry.names.filter((name) => name.startsWith(`${first} `))
  if (group.length === 0) throw noSuchCommand(registry, words)
  const second = words[1]
  if (second === '--help' || second === '-h') {
    terminal.out(await groupHelp(registry, first, terminal.paint))
    return exitCode.ok
  }
  if (second !== undefined && !second.startsWith('-')) throw noSuchCommand(registry, words)
  terminal.err(await groupHelp(registry, first, terminal.talkPaint))
  return exitCode.usage
}

/** The answer to a name that nothing has. */
export function noSuchCommand(registry: Registry, words: readonly string[]): Failure {
  const [first, second] = words.filter((word) => !word.startsWith('-'))
  const inGroup = second !== undefined && registry.names.some((name) => name.startsWith(`${first} `))
  const near = registry.nearest(words)
  const typed = inGroup ? `${first} ${second}` : (first ?? words[0]!)
  return new Failure(
    exitCode.usage,
    first === undefined ? `no option "${typed}" without a command` : `no command "${typed}"`,
    near === undefined ? 'see: vagus --help' : `did you mean: vagus ${near}`,
  )
}

async function overview(registry: Registry, paint: Paint): Promise<string> {
  const commands = new Map((await registry.loadAll()).map((command) => [command.name, command]))
  const lines = [
    `${paint.strong('vagus')} sees what flows where in a network of routers, from their own flow exports.`,
    '',
    ...examples([
      { line: 'vagus demo', does: 'a network of real routers with traffic, until Ctrl-C' },
      { line: 'vagus status', does: 'what the controller sees right now' },
      { line: 'vagus controller -c vagus.yaml', does: 'collect from your own routers' },
    ]),
  ]
  for (const { title, names } of chapters) {
    lines.push('', paint.strong(title))
    for (const name of names) {
      const command = commands.get(name)
      if (command !== undefined) lines.push(`  ${name.padEnd(16)}${command.summary}`)
    }
  }
  const codes = Object.entries(exitMeanings).map(
    ([name, meaning]) => `${exitCode[name as keyof typeof exitCode]} ${meaning}`,
  )
  lines.push(
    '',
    `${paint.strong('Environment')}  VAGUS_CONTROLLER  VAGUS_HOME  NO_COLOR  VAGUS_DEBUG`,
    `${paint.strong('Exit codes')}   ${codes.slice(0, 3).join(' · ')}`,
    `             ${codes.slice(3).join(' · ')}`,
    '',
    'More: vagus COMMAND --help · vagus cheat',
  )
  return `${lines.join('\n')}\n`
}

async function groupHelp(registry: Registry, group: string, paint: Paint): Promise<string> {
  const commands = (await registry.loadAll()).filter(({ name }) => name === group || name.startsWith(`${group} `))
  const lines = commands.map(({ name, summary }) => `  vagus ${name.padEnd(16)}${summary}`)
  return `${paint.strong(`vagus ${group}`)} needs one more word\n\n${lines.join('\n')}\n\nMore: vagus ${group} VERB --help\n`
}

const examples = (list: Command['examples']): string[] => {
  const width = Math.max(...list.map(({ line }) => line.length))
  return list.map(({ line, does }) => `  ${line.padEnd(width)}   ${does}`)
}

/** Help of one command. */
export function commandHelp(registry: Registry, command: Command, paint: Paint): string {
  const words = command.arguments.map(({ name, presence }) => (presence === 'required' ? name : `[${name}]`))
  const rest = command.rest === '' ? [] : [`[-- ${command.rest}]`]
  const lines = [
    `${paint.strong(`vagus ${command.name}`)} – ${command.summary}${command.effect === 'rw' ? ' (changes things)' : ''}`,
    '',
    ...examples(command.examples),
    '',
    `${paint.strong('Usage')}  vagus ${[command.name, ...words, '[options]', ...rest].join(' ')}`,
  ]
  for (const { name, description, choices } of command.arguments)
    lines.push(`  ${name.padEnd(24)}${description}${choices === undefined ? '' : `: ${choices.join(', ')}`}`)
  lines.push('', paint.strong('Options'))
  for (const [name, option] of Object.entries({ ...command.options, help: helpOption }))
    lines.push(...optionLines(name, option))
  const [group] = command.name.split(' ')
  const siblings = registry.names.filter((name) => name !== command.name && name.split(' ')[0] === group)
  if (siblings.length > 0) lines.push('', `See also: ${siblings.map((name) => `vagus ${name}`).join(' · ')}`)
  return `${lines.join('\n')}\n`
}

function optionLines(name: string, option: Option): string[] {
  const value = option.type === 'flag' ? '' : bareOf(option) ? ` [${option.value}]` : ` ${option.value}`
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  const left = `  ${short}--${name}${value}`
  const described = wrapped(`${option.description}${defaultText(option)}`, 100 - 26)
  const [first = '', ...more] = described
  const head = left.length > 24 ? [left, `${' '.repeat(26)}${first}`] : [`${left.padEnd(26)}${first}`]
  const choices = 'choices' in option && option.choices !== undefined ? wrapped(option.choices.join(', '), 74) : []
  return [...head, ...[...more, ...choices].map((line) => ' '.repeat(26) + line)]
}

const bareOf = (option: Option): boolean => option.type === 'count' && option.bare !== undefined

function defaultText(option: Option): string {
  if (option.type === 'flag' || option.default === undefined) return ''
  return ` (default ${Array.isArray(option.default) ? option.default.join(',') : String(option.default)})`
}

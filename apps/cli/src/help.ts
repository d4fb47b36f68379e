/**
 * Help from the registry: the overview, a group (`vagus lab`), one command. Examples come first.
 * @module
 */
import type { Command, Registry } from './command.ts'
import { exitCode, type ExitCode, exitMeanings } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Option } from './option.ts'
import { defaultText } from './option-text.ts'
import { helpOption } from './parse.ts'
import type { Terminal } from './terminal.ts'
import { hanging, noBreak, wrapped } from './wrap.ts'

/**
 * The overview: first words of commands by what one is after, and what a word with several commands is about. A test
 * fails for a command in no chapter.
 */
export const chapters: readonly { readonly title: string; readonly nouns: Readonly<Record<string, string>> }[] = [
  {
    title: 'Try',
    nouns: { demo: '', lab: 'real routers with real traffic, on this machine', cheat: '' },
  },
  {
    title: 'Agents',
    nouns: {
      run: '',
      gateway: '',
      mcp: '',
      relay: '',
      agent: 'where agents are; call one, or cut it off from its fleet',
      group: 'send to every member of a role, and listen',
      session: 'sessions between agents: path, round trip, moves, gaps',
      roster: 'fleets: who belongs to one, and who may call whom',
      id: 'keys, names and signed documents of the agents of this host',
      address: 'one IPv6 address for an agent, while its host moves',
    },
  },
  {
    title: 'Run',
    nouns: {
      controller: '',
      device: '',
      netconf: '',
      config: 'vagus.yaml and device.yaml: mistakes, keys, what is in effect',
      service: '',
      login: '',
      logout: '',
      whoami: '',
      token: 'tokens for scripts, with a role and an end',
      join: 'new boxes: who would like to be a member of the domain',
      masa: 'be the maker of your own boxes, so that they can join',
      backup: '',
      restore: '',
    },
  },
  {
    title: 'Look',
    nouns: {
      status: '',
      whois: '',
      matrix: '',
      flow: 'the largest flows, traffic over time, single records',
      link: 'links: capacity, state, load both ways, chance to fill',
      exporter: '',
      ipv6: '',
      unusual: '',
      events: '',
      trace: '',
      audit: 'the record: who did what, why, how to undo it; is it whole?',
      grasp: 'what agents find and flood on links',
    },
  },
  {
    title: 'Change',
    nouns: {
      border: 'parallel links to a neighbour AS, and which is about to be full',
      proposal: 'what to do about it: moves of prefixes, to approve and to undo',
      intent: 'what you want of your network, signed once; is it met?',
      line: 'private lines: a guaranteed rate between two sites, for a time',
      bgp: 'sessions and routes of a device agent; MEDs for a time',
    },
  },
  { title: 'Help', nouns: { doctor: '', check: '', completion: '', version: '', help: '' } },
]

/** The answer to `words` without a command: the overview, a group's commands, or a guess at what was meant. */
export async function answerWithoutCommand(
  registry: Registry,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first] = words
  if (first === undefined || first === '--help' || first === '-h') {
    terminal.out(await overview(registry, terminal))
    return exitCode.ok
  }
  const group = registry.names.filter((name) => name.startsWith(`${first} `))
  if (group.length === 0) throw noSuchCommand(registry, words)
  const second = words[1]
  if (second === '--help' || second === '-h') {
    const { paint, columns } = terminal
    terminal.out(await groupHelp(registry, first, `${paint.strong(`vagus ${first}`)} – its commands`, columns))
    return exitCode.ok
  }
  if (second !== undefined && !second.startsWith('-')) throw noSuchCommand(registry, words)
  const { talkPaint, columns } = terminal
  terminal.err(await groupHelp(registry, first, `${talkPaint.strong(`vagus ${first}`)} needs one more word`, columns))
  return exitCode.usage
}

/** The failure for an unknown name. */
function noSuchCommand(registry: Registry, words: readonly string[]): Failure {
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

async function overview(registry: Registry, { paint, columns }: Terminal): Promise<string> {
  const width = pageWidth(columns)
  const commands = new Map((await registry.loadAll()).map((command) => [command.name, command]))
  const lines = [
    ...wrapped(
      `${paint.strong('vagus')} is a network for AI agents, and shows the traffic in your own network.`,
      width,
    ),
    '',
    ...exampleLines(first, width),
  ]
  for (const { title, nouns } of chapters) {
    lines.push('', paint.strong(title))
    for (const [noun, about] of Object.entries(nouns)) {
      const names = registry.names.filter((name) => name.split(' ')[0] === noun)
      const [only] = names.length === 1 ? names : []
      lines.push(...hanging(`  ${only ?? noun}`, 14, commands.get(only ?? noun)?.summary ?? about, width))
      const verbs = names.filter((name) => name !== noun).map((name) => name.slice(noun.length + 1))
      if (only === undefined) lines.push(...hanging('', 14, verbs.join(', '), width))
    }
  }
  const codes = Object.entries(exitMeanings).map(([name, is]) => `${exitCode[name as keyof typeof exitCode]} ${is}`)
  lines.push(
    '',
    ...hanging(
      paint.strong('Environment'),
      13,
      'VAGUS_CONTROLLER · VAGUS_TOKEN · VAGUS_HOME · VAGUS_AGENTS_URL · NO_COLOR · VAGUS_DEBUG',
      width,
    ),
    ...hanging(paint.strong('Exit codes'), 13, codes.join(' · '), width),
    '',
    'More: vagus NOUN --help · vagus NOUN VERB --help · vagus cheat',
  )
  return `${lines.join('\n')}\n`
}

/** First commands for a newcomer. */
const first: Command['examples'] = [
  { line: 'vagus demo', does: 'a network of real routers with traffic' },
  { line: 'vagus status', does: 'what the controller sees right now' },
  { line: 'vagus controller -c vagus.yaml', does: 'collect from your own routers' },
]

async function groupHelp(registry: Registry, group: string, heading: string, columns: number): Promise<string> {
  const commands = (await registry.loadAll()).filter(({ name }) => name === group || name.startsWith(`${group} `))
  const indent = Math.max(...commands.map(({ name }) => `  vagus ${name}  `.length))
  const lines = commands.flatMap(({ name, summary }) => hanging(`  vagus ${name}`, indent, summary, pageWidth(columns)))
  return `${heading}\n\n${lines.join('\n')}\n\nMore: vagus ${group} VERB --help\n`
}

/** Help of one command, for a terminal of `columns` characters. */
export function commandHelp(
  registry: Registry,
  command: Command,
  { paint, columns }: Pick<Terminal, 'paint' | 'columns'>,
): string {
  const width = pageWidth(columns)
  const words = command.arguments.map(({ name, presence }) =>
    presence === 'required' ? name : `[${name}${presence === 'repeated' ? '…' : ''}]`,
  )
  const required = Object.entries<Option>(command.options).flatMap(([name, option]) =>
    option.presence === 'required' && option.type !== 'flag' ? [`--${name}${noBreak}${option.value}`] : [],
  )
  const rest = command.rest === '' ? [] : [`[-- ${command.rest}]`]
  const lines = [
    ...wrapped(
      `${paint.strong(`vagus ${command.name}`)} – ${command.summary}${command.effect === 'rw' ? ` (changes${noBreak}things)` : ''}`,
      width,
    ),
    '',
    ...exampleLines(command.examples, width),
    '',
    ...hanging(
      paint.strong('Usage'),
      7,
      ['vagus', command.name, ...words, ...required, '[options]', ...rest].join(' '),
      width,
    ),
  ]
  for (const { name, description, choices } of command.arguments)
    lines.push(
      ...hanging(`  ${name}`, 26, `${description}${choices === undefined ? '' : `: ${choices.join(', ')}`}`, width),
    )
  const [group0 = { title: 'Options', options: command.options }, ...groups] = command.groups
  for (const { title, options } of [{ ...group0, options: { ...group0.options, help: helpOption } }, ...groups]) {
    lines.push('', paint.strong(title))
    for (const [name, option] of Object.entries<Option>(options)) lines.push(...optionLines(name, option, width))
  }
  const [group] = command.name.split(' ')
  const siblings = registry.names.filter((name) => name !== command.name && name.split(' ')[0] === group)
  if (siblings.length > 0)
    lines.push(
      '',
      ...hanging(
        'See also:',
        10,
        siblings.map((name) => `vagus${noBreak}${name.replace(' ', noBreak)}`).join(`${noBreak}· `),
        width,
      ),
    )
  return `${lines.join('\n')}\n`
}

/** Longer lines are hard to read, and a pipe has no width. */
const maxPage = 100
const pageWidth = (columns: number): number => Math.min(columns, maxPage)

/** Line and description side by side if they fit, else the description above the line, as a shell comment. */
function exampleLines(examples: Command['examples'], width: number): string[] {
  const left = Math.max(...examples.map(({ line }) => line.length))
  if (examples.every(({ does }) => 2 + left + 3 + does.length <= width))
    return examples.map(({ line, does }) => `  ${line.padEnd(left)}   ${does}`)
  return examples.flatMap(({ line, does }) => [`  # ${does}`, `  ${continued(line, width)}`])
}

/** Breaks a long line with backslashes, as a shell reads it; inside quotes a shell would not. */
function continued(line: string, width: number): string {
  if (2 + line.length <= width || /['"]/.test(line)) return line
  return wrapped(line, width - 6).join(' \\\n    ')
}

function optionLines(name: string, option: Option, width: number): string[] {
  const value = option.type === 'flag' ? '' : bareOf(option) ? ` [${option.value}]` : ` ${option.value}`
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  const choices = 'choices' in option && option.choices !== undefined ? `: ${option.choices.join(', ')}` : ''
  return hanging(`  ${short}--${name}${value}`, 26, `${option.description}${choices}${defaultText(option)}`, width)
}

const bareOf = (option: Option): boolean => option.type === 'count' && option.bare !== undefined

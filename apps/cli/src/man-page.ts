/** The manual page vagus(1), written from the registry (man(7)): chapters and commands in the order of help. @module */
import type { Command } from './command.ts'
import { exitCode, exitMeanings } from './exit-code.ts'
import { chapters } from './help.ts'
import type { Option } from './option.ts'
import { defaultText } from './option-text.ts'

interface Page {
  readonly version: string
  /** Day of the version, as `2026-11-28`. */
  readonly date: string
}

/** Source of the page for `man`. */
export function manPage(commands: readonly Command[], { version, date }: Page): string {
  const lines = [
    `.TH VAGUS 1 ${date} "Vagus ${version}" "Vagus"`,
    '.SH NAME',
    `vagus ${dash} a network for AI agents, and AI agents for the network`,
    '.SH SYNOPSIS',
    '.B vagus',
    '.I NOUN',
    '.RI [ VERB ]',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    text(
      'Vagus gives AI agents identities and sessions that survive changes of network. Beside routers, it shows what',
    ),
    text('flows where, and changes routes within bounds that an operator sets.'),
    ...chapters.flatMap(({ title, nouns }) => [
      `.SH ${title.toUpperCase()}`,
      ...Object.keys(nouns).flatMap((noun) =>
        commands.filter(({ name }) => name.split(' ')[0] === noun).flatMap(commandLines),
      ),
    ]),
    '.SH EXIT STATUS',
    ...Object.entries(exitMeanings).flatMap(([name, meaning]) =>
      term(String(exitCode[name as keyof typeof exitCode]), meaning),
    ),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => term(name, meaning)),
    '.SH FILES',
    ...files.flatMap(([name, meaning]) => term(name, meaning)),
    '.SH SEE ALSO',
    '.BR systemctl (1),',
    '.BR journalctl (1)',
    '.PP',
    text('The pages of the documentation are in /usr/share/doc/vagus, where the Debian package is installed.'),
  ]
  return `${lines.join('\n')}\n`
}

const environment = [
  ['VAGUS_CONTROLLER', 'the controller that commands ask, as --controller'],
  ['VAGUS_TOKEN', 'shown to that controller, a token of "vagus token new"'],
  ['VAGUS_CONFIG', 'the configuration of the controller, as --config'],
  ['VAGUS_HOME', 'folder of state and keys, as --home'],
  ['VAGUS_AGENTS_URL', 'where programs beside a side-car call others; the side-car sets it'],
  ['NO_COLOR', 'print no colours'],
  ['VAGUS_DEBUG', 'print where in the program a failure began'],
] as const

const files = [
  ['/etc/vagus/vagus.yaml', 'configuration of vagus-controller.service'],
  ['/etc/vagus/device.yaml', 'options of vagus-device.service'],
  ['/var/lib/vagus', 'state and keys of services'],
] as const

function commandLines(command: Command): readonly string[] {
  const { name, summary, effect, examples, arguments: words, options, rest } = command
  const usage = [
    `.B vagus ${text(name)}`,
    ...words.map(({ name: word, presence }) =>
      presence === 'required' ? `.I ${text(word)}` : `.RI [ ${text(word)}${presence === 'repeated' ? '…' : ''} ]`,
    ),
    ...Object.entries<Option>(options).flatMap(([option, is]) =>
      is.presence === 'required' && is.type !== 'flag' ? [`.BI ${text(`--${option}`)} " ${text(is.value)}"`] : [],
    ),
    '.RI [ options ]',
    ...(rest === '' ? [] : [`.RI [\\-\\- " ${text(rest)}" ]`]),
  ]
  return [
    `.SS vagus ${text(name)}`,
    text(`${summary}${effect === 'rw' ? ' (changes things)' : ''}`),
    '.PP',
    ...usage,
    ...words.flatMap(({ name: word, description, choices }) =>
      term(word, choices === undefined ? description : `${description}: ${choices.join(', ')}`),
    ),
    ...Object.entries<Option>(options).flatMap(([option, is]) => optionLines(option, is)),
    '.PP',
    'Examples:',
    ...examples.flatMap(({ line, does }) => ['.PP', text(does), '.PP', '.RS', '.EX', text(line), '.EE', '.RE']),
  ]
}

function optionLines(name: string, option: Option): readonly string[] {
  const short = option.short === undefined ? '' : `-${option.short}, `
  const value = option.type === 'flag' ? '' : ` ${option.value}`
  const choices = 'choices' in option && option.choices !== undefined ? `: ${option.choices.join(', ')}` : ''
  return term(`${short}--${name}${value}`, `${option.description}${choices}${defaultText(option)}`)
}

const dash = '\\-'

const term = (name: string, meaning: string): readonly string[] => ['.TP', `.B ${text(name)}`, text(meaning)]

/** As it is: no character of it is a request or an escape of roff, and no hyphen is broken or made typographic. */
function text(plain: string): string {
  const escaped = plain.replaceAll('\\', '\\e').replaceAll('-', dash).replaceAll('"', '\\(dq').replaceAll('\n', ' ')
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}

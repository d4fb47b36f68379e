/** Completion for fish, written from the registry, with what each word means (fish: complete). @module */
import type { Command } from '../command.ts'
import type { Option } from '../option.ts'
import { helpOption } from '../parse.ts'
import { isPath, nounsOf } from './nouns.ts'

/** A script for `vagus completion fish | source`, and a file of fish's folder of completions. */
export function fishCompletion(commands: readonly Command[]): string {
  const nouns = nounsOf(commands)
  const pairs = commands.filter(({ name }) => name.includes(' ')).map(({ name }) => quoted(name))
  const lines = [
    ...nouns.map(({ name, about }) => offered('', name, about)),
    ...nouns.flatMap(({ name, verbs }) => verbs.map((verb) => offered(name, verb.name, verb.about))),
    ...commands.flatMap(linesOf),
  ]
  return `# fish completion of vagus: vagus completion fish | source
# The words before this one, without options.
function __vagus_words
    set -l words (commandline -opc)
    string match -v -- '-*' $words[2..]
end
function __vagus_after
    test "$argv" = "$(__vagus_words)"
end
# The longest name of a command that they begin with.
function __vagus_in
    set -l words (__vagus_words)
    set -l two "$words[1] $words[2]"
    contains -- $two ${pairs.join(' ')}; or set two $words[1]
    test "$argv" = "$two"
end
complete -c vagus -f
${lines.join('\n')}
`
}

const offered = (after: string, word: string, about: string): string =>
  `complete -c vagus -n ${quoted(`__vagus_after ${after}`.trim())} -a ${word} -d ${quoted(about)}`

function linesOf({ name, options, arguments: list }: Command): readonly string[] {
  const here = `complete -c vagus -n ${quoted(`__vagus_in ${name}`)}`
  const choices = list.flatMap((argument) => argument.choices ?? [])
  const takesFiles = list.some(({ name: word }) => isPath(word))
  return [
    ...(choices.length === 0 ? [] : [`${here} -a ${quoted(choices.join(' '))}`]),
    ...(takesFiles ? [`${here} -F`] : []),
    ...Object.entries<Option>({ ...options, help: helpOption }).map(
      ([option, is]) => `${here} ${optionWords(option, is)} -d ${quoted(is.description)}`,
    ),
  ]
}

function optionWords(name: string, option: Option): string {
  const short = option.short === undefined ? '' : ` -s ${option.short}`
  if (option.type === 'flag') return `-l ${name}${short}`
  const choices = 'choices' in option ? option.choices : undefined
  // -r: its value is the next word; -x: which is no file.
  if (choices === undefined) return `-l ${name}${short} ${isPath(option.value) ? '-rF' : '-x'}`
  return `-l ${name}${short} -x -a ${quoted(choices.join(' '))}`
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`

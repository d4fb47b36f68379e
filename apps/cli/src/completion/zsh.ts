/** Completion for zsh, written from the registry, with what each word means (zshcompsys(1)). @module */
import type { Command } from '../command.ts'
import type { Option } from '../option.ts'
import { helpOption } from '../parse.ts'
import { isPath, type Noun, nounsOf } from './nouns.ts'

/** A script for `eval "$(vagus completion zsh)"`, and a file `_vagus` in a folder of `fpath`. */
export function zshCompletion(commands: readonly Command[]): string {
  const nouns = nounsOf(commands)
  const groups = nouns.filter(({ verbs }) => verbs.length > 0)
  const pairs = commands.filter(({ name }) => name.includes(' ')).map(({ name }) => quoted(name))
  return `#compdef vagus
# zsh completion of vagus: eval "$(vagus completion zsh)"
_vagus() {
  local command=$words[2] length=1
  local -a found
  if ((CURRENT == 2)); then
    found=(
${described(nouns, '      ')}
    )
    _describe command found
    return
  fi
  if ((CURRENT == 3)) && [[ $words[3] != -* ]]; then
    case $command in
${groups.map(({ name, verbs }) => `      ${name})\n        found=(\n${described(verbs, '          ')}\n        )\n        ;;`).join('\n')}
    esac
    if (($#found)); then
      _describe command found
      return
    fi
  fi
  case "$words[2] $words[3]" in
    ${pairs.join(' | \\\n      ')})
      command="$words[2] $words[3]" length=2
      ;;
  esac
  shift $length words
  ((CURRENT -= length))
  case $command in
${commands.map(argumentsOf).join('\n')}
  esac
}
if [[ $funcstack[1] == _vagus ]]; then
  _vagus "$@"
else
  compdef _vagus vagus
fi
`
}

const described = (words: readonly Pick<Noun, 'name' | 'about'>[], indent: string): string =>
  words.map(({ name, about }) => `${indent}${quoted(`${name}:${about}`)}`).join('\n')

function argumentsOf({ name, options, arguments: list, rest }: Command): string {
  const specs = [
    ...Object.entries<Option>({ ...options, help: helpOption }).flatMap(([option, is]) => optionSpecs(option, is)),
    ...list.map(({ name: word, presence, choices }, at) => {
      const place = presence === 'repeated' ? '*' : String(at + 1)
      return quoted(`${place}:${word}:${choices === undefined ? '_files' : `(${choices.join(' ')})`}`)
    }),
    ...(rest === '' ? [] : [quoted(`*::${rest}:_normal`)]),
  ]
  return `    ${quoted(name)})\n      _arguments \\\n        ${specs.join(' \\\n        ')}\n      ;;`
}

function optionSpecs(name: string, option: Option): readonly string[] {
  const means = option.description.replaceAll(/[\\[\]]/g, '\\$&')
  const forms = [`--${name}`, ...(option.short === undefined ? [] : [`-${option.short}`])]
  const value = option.type === 'flag' ? '' : `:${option.value.replaceAll(':', '\\:')}:${actionOf(option)}`
  return forms.map((form) => quoted(`${form}[${means}]${value}`))
}

function actionOf(option: Exclude<Option, { type: 'flag' }>): string {
  const choices = 'choices' in option ? option.choices : undefined
  if (choices === undefined) return isPath(option.value) ? '_files' : ' '
  return option.type === 'words' ? `_values -s , ${option.value} ${choices.join(' ')}` : `(${choices.join(' ')})`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * Completion for bash, written from the registry: commands, their options, and the values that options and arguments
 * can have. The script is static, so completing starts no process.
 * @module
 */
import type { Command } from '../command.ts'
import type { Option } from '../option.ts'
import { helpOption } from '../parse.ts'

/**
 * A script for `eval "$(vagus completion bash)"`. Names and choices come from this program, never from a peer, and hold
 * no quotes.
 */
export function bashCompletion(commands: readonly Command[]): string {
  const first = new Set(commands.map(({ name }) => name.split(' ')[0]!))
  const groups = new Map<string, string[]>()
  for (const { name } of commands) {
    const [noun, verb] = name.split(' ') as [string, string?]
    if (verb !== undefined) groups.set(noun, [...(groups.get(noun) ?? []), verb])
  }
  return `# bash completion of vagus: eval "$(vagus completion bash)"
_vagus() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${[...first].join(' ')}' -- "$cur"))
    return
  fi
  case "$command" in
    ${[...groups.keys()].join('|')})
      if ((COMP_CWORD == 2)); then
        case "$command" in
${[...groups].map(([noun, verbs]) => `          ${noun}) words='${verbs.join(' ')}' ;;`).join('\n')}
        esac
        [[ $cur == -* ]] || { COMPREPLY=($(compgen -W "$words" -- "$cur")); return; }
      fi
      case " ${[...groups].flatMap(([noun, verbs]) => verbs.map((verb) => `${noun}/${verb}`)).join(' ')} " in
        *" $command/\${COMP_WORDS[2]} "*) command="$command \${COMP_WORDS[2]}" ;;
      esac
      ;;
  esac
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${commands.map((command) => `    '${command.name}') words='${wordsOf(command).join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _vagus vagus
`
}

/** Options, and values of arguments. */
const wordsOf = ({ arguments: list, options }: Command): string[] => [
  ...list.flatMap(({ choices }) => choices ?? []),
  ...Object.keys({ ...options, help: helpOption }).map((name) => `--${name}`),
]

function valueCases({ name, options }: Command): string[] {
  return Object.entries(options).flatMap(([option, described]) => {
    const choices = choicesOf(described)
    if (choices === undefined) return []
    const patterns = [
      `'${name} --${option}'`,
      ...(described.short === undefined ? [] : [`'${name} -${described.short}'`]),
    ]
    // Comma-separated words: only the part after the last comma is completed.
    const reply =
      described.type === 'words'
        ? `local done=''; [[ $cur == *,* ]] && done=\${cur%,*},; COMPREPLY=($(compgen -P "$done" -W '${choices.join(' ')}' -- "\${cur##*,}"))`
        : `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur"))`
    return [`    ${patterns.join('|')}) ${reply}; return ;;`]
  })
}

const choicesOf = (option: Option): readonly string[] | undefined => ('choices' in option ? option.choices : undefined)

/** First words of commands, as a person meets them. @module */
import type { Command } from '../command.ts'
import { chapters } from '../help.ts'

export interface Noun {
  readonly name: string
  readonly about: string
  /** Second words; none where the noun is a command by itself alone. */
  readonly verbs: readonly { readonly name: string; readonly about: string }[]
}

/** In the order of `commands`. */
export function nounsOf(commands: readonly Command[]): readonly Noun[] {
  const told = new Map(chapters.flatMap(({ nouns }) => Object.entries(nouns)))
  return [...Map.groupBy(commands, ({ name }) => name.split(' ')[0]!)].map(([noun, named]) => {
    const verbs = named.filter(({ name }) => name !== noun)
    return {
      name: noun,
      about: told.get(noun) || named[0]!.summary,
      verbs: verbs.map(({ name, summary }) => ({ name: name.slice(noun.length + 1), about: summary })),
    }
  })
}

/** Values that the shell itself completes. */
export const isPath = (value: string): boolean => ['FILE', 'PATH', 'FOLDER'].includes(value)

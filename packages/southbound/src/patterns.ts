/** Patterns of the operator, such as `interface * / description *`: contexts and a line, each with `*` for any text. @module */
import type { Path } from './config.ts'
import { lineOf, positiveOf, wordsOf } from './words.ts'

/**
 * Of a line as it is typed, as it is typed to be removed (which needs no value), or as the router prints it: then a context
 * of an allowed line may come with it.
 */
export type Matched = 'typed' | 'removed' | 'effect'

const partsOf = (pattern: string): readonly string[] => pattern.split(' / ').map((part) => wordsOf(part).join(' '))

/**
 * A pattern in its usual form.
 * @throws {RangeError} that says what would be right
 */
export function patternOf(text: string): string {
  const line = lineOf(text) ?? ''
  const parts = partsOf(line)
  if (parts.some((part) => part === '' || wordsOf(part).includes('/')))
    throw new RangeError(`"${text}" is no pattern of lines; right is such as "interface * / description *"`)
  if (parts.some((part) => part !== positiveOf(part)))
    throw new RangeError(`"${text}" is no pattern: a line is allowed together with its "no"; leave out the "no"`)
  return parts.join(' / ')
}

/** Whatever stands within a context that the pattern names as a line is matched, too. */
export function matches(pattern: string, path: Path, as: Matched): boolean {
  const parts = partsOf(pattern)
  if (parts.length > path.length && as !== 'effect') return false
  return path.slice(0, parts.length).every((line, at) => {
    const [part, text] = [parts[at]!, positiveOf(line)]
    if (isLike(part, text)) return true
    return as === 'removed' && isLike(part.replace(/(?: =)? \*$/, ''), text)
  })
}

/** `*` is any text, also none. In time of the product of both lengths. */
function isLike(glob: string, text: string): boolean {
  let [inGlob, inText, star, from] = [0, 0, -1, 0]
  while (inText < text.length) {
    if (glob[inGlob] === '*') [star, from, inGlob] = [inGlob, inText, inGlob + 1]
    else if (glob[inGlob] === text[inText]) [inGlob, inText] = [inGlob + 1, inText + 1]
    else if (star >= 0) {
      from++
      ;[inGlob, inText] = [star + 1, from]
    } else return false
  }
  return /^\**$/.test(glob.slice(inGlob))
}

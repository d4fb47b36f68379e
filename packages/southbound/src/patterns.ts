/** Patterns of the operator, such as `interface * / description *`: contexts and a line, each with `*` for any text. @module */
import type { Path } from './path.ts'
import { isLike, type Matched } from './like.ts'
import { lineOf, positiveOf, wordsOf } from './words.ts'
import { dataPatternOf } from './yang/data-patterns.ts'

const partsOf = (pattern: string): readonly string[] => pattern.split(' / ').map((part) => wordsOf(part).join(' '))

/**
 * A pattern in its usual form; one that begins with "/" is of YANG data.
 * @throws {RangeError} that says what would be right
 */
export function patternOf(text: string): string {
  if (text.trimStart().startsWith('/')) return dataPatternOf(text)
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

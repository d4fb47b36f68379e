/** The path of a request as policies compare it: one that local servers may read in several ways is refused before. @module */
import { ProblemError } from '../wire/problem.ts'

/** Slashes that some see and some do not, parameters, dots, what is encoded twice, and what belongs into no path. */
const unclear = /%(2f|5c|25|3b|23|3f|[01][0-9a-f]|7f)|[\\;#]|\/\/|\/(\.|%2e){1,2}(\/|$)/i

/** Without the query, and decoded; `undefined` where servers may read it in several ways. */
export function clearPathOf(target: string): string | undefined {
  const path = target.replace(/\?.*$/s, '')
  if (unclear.test(path)) return undefined
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined // not UTF-8
  }
}

/** What makes a path unclear, for people. */
export const unclearPath =
  'this one may be read in several ways: it has encoded slashes, dots, doubled slashes or signs that some servers cut off'

/**
 * Without the query, and decoded. @param paths whether a policy reads them: where they are ignored, every path will do
 * @throws {ProblemError} `bad-request`
 */
export function comparedPath(target: string, paths: 'read' | 'ignored'): string {
  if (paths === 'ignored') return target.replace(/\?.*$/s, '')
  const path = clearPathOf(target)
  if (path !== undefined) return path
  throw new ProblemError('bad-request', `the policies of the roster read the path, and ${unclearPath}`)
}

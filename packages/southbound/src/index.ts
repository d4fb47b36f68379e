/** What AI agents may read from a router and change in it. @module */
export { type Allowed, type Dialect, pathProblem, type Refused, refusedOf } from './allowed.ts'
export { attemptLimits, AttemptTally, type RefusedAttempts } from './attempts.ts'
export { type Change, changeOf, isUndone, partOf, type Undo, undoOf } from './change.ts'
export {
  commitLimits,
  commitOf,
  type CommitEvent,
  type CommitOutcome,
  type CommitRequest,
  type Commits,
  type EndedCommit,
  noCommits,
  type PendingCommit,
  stepCommits,
} from './commits.ts'
export { type Config, configOf, keyOf, pathText, revised } from './config.ts'
export type { Edit, Path } from './path.ts'
export { editsOf, editText, standsAtTop, typed } from './edits.ts'
export { patternOf } from './patterns.ts'
export { placeOf } from './places.ts'
export { type Read, readOf } from './reads.ts'
export { pathWithoutSecret, textWithoutSecrets, withoutSecret } from './secrets.ts'
export { tracesOf } from './traces.ts'
export { type DataLine, dataOf, dataPathOf } from './yang/data-line.ts'
export { isEmptyData, isWithinData, withEmptied } from './yang/emptied.ts'
export { listPlace, listsOf } from './yang/data-patterns.ts'
export { hidden, isSecretName } from './yang/secret-data.ts'
export { type Key, pathTextOf, readPath, type Step, valueText } from './yang/data-path.ts'

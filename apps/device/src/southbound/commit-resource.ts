/** A commit as it is told: without credentials. @module */
import type { Actor, Commit } from '@vagus/api/southbound'
import type { DeviceAgent } from '@vagus/api/telemetry'
import {
  type Commits,
  type EndedCommit,
  type Path,
  pathText,
  pathWithoutSecret,
  type PendingCommit,
  typed,
} from '@vagus/southbound'
import { timeText } from '../time-of-day.ts'

export const shownPaths = (paths: readonly Path[]): string[] => paths.map((path) => pathText(pathWithoutSecret(path)))

export function commitResource(commit: PendingCommit<Actor> | EndedCommit<Actor>): Commit {
  const { id, by, comment, edits, change, base, at, trace } = commit
  return {
    id,
    by,
    comment,
    commands: [...typed(edits)],
    added: shownPaths(change.added),
    removed: shownPaths(change.removed),
    base,
    at: timeText(at),
    ...(trace === undefined ? {} : { trace }),
    ...('phase' in commit ? ofPending(commit) : ofEnded(commit)),
  }
}

function ofPending({ phase }: PendingCommit<Actor>): Pick<Commit, 'state' | 'goesBackAt' | 'problem' | 'ended'> {
  const goesBackAt = phase.type === 'applied' ? timeText(phase.goesBackAt) : null
  const problem = phase.type === 'reverting' ? phase.problem : null
  return { state: problem === null ? 'pending' : 'stuck', goesBackAt, problem, ended: null }
}

const ofEnded = ({ state, ended }: EndedCommit<Actor>): Pick<Commit, 'state' | 'goesBackAt' | 'problem' | 'ended'> => ({
  state,
  goesBackAt: null,
  problem: null,
  ended: { ...ended, at: timeText(ended.at) },
})

/** Newest first. */
export const commitItems = ({ pending, ended }: Commits<Actor>): Commit[] =>
  [...(pending === null ? [] : [pending]), ...ended.toReversed()].map(commitResource)

/** For the status of the device. */
export function commitStatus({ pending, ended }: Commits<Actor>): NonNullable<DeviceAgent['commits']> {
  const last = ended.at(-1)
  return { pending: pending && commitResource(pending), last: last === undefined ? null : commitResource(last) }
}

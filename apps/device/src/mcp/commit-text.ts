/** Commits in words for a model: what was done, what is next, and what undoes it. @module */
import { type Actor, actorText } from '@vagus/api/actor'
import type { Commit } from '@vagus/api/southbound'
import { shownText, shownTexts } from '@vagus/api/unseen'

/** Of the commit as the agent tells it, with the next steps. */
export function shownCommit(commit: Commit): Readonly<Record<string, unknown>> {
  return shownTexts({ ...commit, next: nextOf(commit) })
}

/** The sentence about one, and the lines that it changed. */
export function commitText(device: string, commit: Commit): string {
  const { added, removed } = commit
  const lines = [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
  return shownText([sentenceOf(device, commit), ...lines, nextOf(commit)].join('\n'))
}

export const commitsText = (device: string, commits: readonly Commit[]): string =>
  commits.length === 0
    ? `nothing was committed at ${device}`
    : commits.map((commit) => shownText(sentenceOf(device, commit))).join('\n')

function sentenceOf(device: string, { id, state, by, comment, at, goesBackAt, problem, ended }: Commit): string {
  const why = comment === '' ? '' : ` (${comment.replaceAll(/\s+/g, ' ')})`
  const what = `${id} at ${device}, by ${actorText(by)} at ${at}${why}`
  if (state === 'pending')
    return `${what}: pending, ${goesBackAt === null ? 'on its way' : `goes back at ${goesBackAt} unless it is confirmed`}`
  const end =
    ended === null
      ? problem === null
        ? ''
        : `: ${problem}`
      : ` at ${ended.at} by ${enderText(ended.by)}: ${ended.because}`
  return `${what}: ${words[state]}${end}`
}

const enderText = (by: Actor | null): string => (by === null ? 'itself' : actorText(by))

const words: Readonly<Record<Exclude<Commit['state'], 'pending'>, string>> = {
  confirmed: 'stays, confirmed',
  reverted: 'has gone back',
  refused: 'was refused by the router, which is as before',
  stuck: 'could not be taken back whole, and is tried again',
}

/** What undoes it, in words that can be typed or called. */
function nextOf({ id, state }: Commit): string {
  if (state === 'pending')
    return `Check whether it does what it should. To keep it: network_commit_confirm {"id":"${id}"}. To undo it now: network_rollback {"id":"${id}"}. Without either it goes back by itself.`
  if (state === 'confirmed')
    return 'It stays. To undo it, commit the opposite: no line is taken back that is confirmed.'
  if (state === 'stuck') return 'Tell the operator: the router refuses to go back, and a person should look at it.'
  return 'Nothing of it is left in the router.'
}

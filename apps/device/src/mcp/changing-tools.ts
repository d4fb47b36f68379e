/** The tools that prepare, make, keep and undo changes. @module */
import { durationPattern, parseDuration } from '@vagus/api/duration'
import {
  type CommitPlan,
  type CommitResource,
  commitRequestSchema,
  confirmWithinBounds,
  type Commit,
} from '@vagus/api/southbound'
import type { CallToolResult } from '@modelcontextprotocol/server'
import { shownText, shownTexts } from '@vagus/api/unseen'
import { z } from 'zod'
import { commitText, shownCommit } from './commit-text.ts'
import { changeRefusal, readRefusal, refused, type Refusal } from './network-error.ts'
import { agentWithin } from './reading-tools.ts'
import { reads, tool, type Tool } from './tool.ts'

/** Milliseconds that a router may take to take a change, or take it back; FRR reads a few hundred lines in seconds. */
const changeWithin = 60_000 + agentWithin

const { commands, base, comment } = commitRequestSchema.shape
const lines = { commands, base }
const id = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'an id such as commit-7')
  .describe('such as commit-7; network_commits lists them')

/** Adds or changes, and may do harm while it holds. */
const changes = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false }

export const changingTools: readonly Tool[] = [
  tool({
    name: 'network_cli_configure',
    title: 'Check a change',
    description:
      'Checks lines of configuration and says which of them may be committed. Changes nothing.\n' +
      '`refused` names each line that the operator of this router does not allow, and what would be right. Lines are those ' +
      'of the router, with the ones that open a context before them: ["interface eth1", "description to the office"]; of a ' +
      'router with YANG data "PATH = VALUE" and "no PATH", one line each, as network_yang_get has paths.',
    input: z.strictObject(lines),
    annotations: { ...reads, idempotentHint: true },
    async run(body, { ask, signal }) {
      const answer = await ask({ method: 'POST', path: '/v1/commit-plans', body, within: changeWithin }, signal)
      if (answer.status !== 200) return refused(readRefusal(answer))
      const { apiVersion: _, kind: __, ...plan } = answer.body as CommitPlan
      const mayBeCommitted = plan.refused.length === 0 && plan.problem === undefined
      return {
        content: [{ type: 'text', text: planText(plan) }],
        structuredContent: shownTexts({ ...plan, mayBeCommitted }),
      }
    },
  }),
  tool({
    name: 'network_commit',
    title: 'Change the router for a while',
    description:
      'Applies lines of configuration now. They go back by themselves after confirmWithin seconds unless network_commit_confirm ' +
      'keeps them.\n' +
      'Call network_cli_configure first, and give the revision of network_file_pull as `base`. The answer has the id, what ' +
      'changed in the running configuration, when it goes back and what undoes it. With the same `key` the same commit is ' +
      'answered, however often it is called.',
    input: z.strictObject({
      ...lines,
      comment: comment.describe('why, for the people who look at it later'),
      confirmWithin: z
        .union([
          z.int(),
          z
            .string()
            .regex(durationPattern, 'a number of seconds, or a number and s, m or h')
            .transform((text) => parseDuration(text) / 1000),
        ])
        .pipe(z.int().min(confirmWithinBounds.min).max(confirmWithinBounds.max))
        .default(confirmWithinBounds.usual)
        .describe('after which it goes back unless it is confirmed: seconds, or text such as "5m"; 10s to 1h'),
      key: z
        .string()
        .regex(/^[\x21-\x7e]+$/, 'visible ASCII without spaces')
        .max(128)
        .optional()
        .describe('one for each change, such as a UUID; another call with it never changes anything twice'),
    }),
    annotations: changes,
    async run({ key: given, ...asked }, { ask, caller, newKey, signal }) {
      const key = given ?? newKey()
      const by = caller === undefined ? {} : { by: caller }
      const body = { ...asked, ...by, key }
      const answer = await ask({ method: 'POST', path: '/v1/commits', body, within: changeWithin }, signal)
      const again = `Call network_commit again with the same arguments and key ${JSON.stringify(key)}: you get the commit of this call if there is one, and nothing is done twice.`
      return committed(answer, changeRefusal(answer, again), { key })
    },
  }),
  tool({
    name: 'network_commit_confirm',
    title: 'Keep a change',
    description:
      'Makes a pending change stay. Without it the change goes back by itself.\n' +
      'Call it only after you have seen that the change does what it should. The owner of the fleet may let only people or ' +
      'other agents call it. Network.ConfirmedCommitTimeout says that it was too late: the change is gone.',
    input: z.strictObject({ id }),
    annotations: changes,
    async run({ id }, { ask, caller, signal }) {
      const path = `/v1/commits/${id}/confirm`
      const body = caller === undefined ? {} : { by: caller }
      const answer = await ask({ method: 'POST', path, body, within: changeWithin }, signal)
      return committed(answer, changeRefusal(answer, askByList, 'ConfirmedCommitTimeout'))
    },
  }),
  tool({
    name: 'network_rollback',
    title: 'Take a change back',
    description:
      'Takes a pending change back before its time is over.\n' +
      'What others changed meanwhile stays. A confirmed change is not taken back; commit the opposite.',
    input: z.strictObject({ id }),
    annotations: changes,
    async run({ id }, { ask, caller, signal }) {
      const body = caller === undefined ? {} : { by: caller }
      const answer = await ask({ method: 'DELETE', path: `/v1/commits/${id}`, body, within: changeWithin }, signal)
      return committed(answer, changeRefusal(answer, askByList, 'RollbackFailed'))
    },
  }),
]

const askByList = 'network_commits says whether it is pending, confirmed or reverted.'

/** @param key of a commit, for the model to ask with again */
function committed(
  { status, body }: { readonly status: unknown; readonly body?: unknown },
  refusal: Refusal,
  key: { readonly key?: string } = {},
): CallToolResult {
  if (status !== 200 && status !== 201) return refused(refusal)
  const { apiVersion: _, kind: __, device, ...commit } = body as CommitResource
  if (commit.state === 'refused' || commit.state === 'stuck') return refused(endedBadly(device, commit))
  return {
    content: [{ type: 'text', text: commitText(device, commit) }],
    structuredContent: { device, ...shownCommit(commit), ...key },
  }
}

function endedBadly(device: string, commit: Commit): Refusal {
  return {
    name: commit.state === 'stuck' ? 'RollbackFailed' : 'ConfigIncompatible',
    problem: commitText(device, commit),
    advice: commit.state === 'stuck' ? '' : 'Mend the lines, and try again with another key.',
  }
}

function planText({
  device,
  commands,
  refused: problems,
  added,
  removed = [],
  problem,
}: Omit<CommitPlan, 'apiVersion' | 'kind'>): string {
  const lines = problems.map((one) => `${one.line}: ${one.problem}`)
  if (problems.length > 0) return planLines(`the operator of ${device} does not allow these lines`, lines)
  if (problem !== undefined) return planLines(`${device} would not take these lines`, [problem])
  if (added === undefined) return planLines(`${device} would take these ${commands.length} lines`, commands)
  const change = [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
  return planLines(`${device} would change as follows`, change.length === 0 ? ['nothing'] : change)
}

const planLines = (head: string, lines: readonly string[]): string =>
  shownText([`${head}; nothing was changed:`, ...lines].join('\n'))

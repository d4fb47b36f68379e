/** The tools that read. @module */
import type { CallToolResult } from '@modelcontextprotocol/server'
import { type CliAnswer, type CommitList, maxCliOctets, type RouterConfig } from '@vagus/api/southbound'
import { z } from 'zod'
import { commitsText, shownCommit } from './commit-text.ts'
import { readRefusal, refused } from './network-error.ts'
import { dataWith, fittingLines, linesWith, maxOutputOctets, routerText } from './router-text.ts'
import { type Asking, reads, tool, type Tool } from './tool.ts'

/** Milliseconds that an answer of the agent may take beside the router's own time. */
export const agentWithin = 15_000

interface Question {
  readonly command: string
  /** Seconds. */
  readonly timeout: number
  /** Of the output, what is wanted. */
  readonly chosen: (output: string) => string
}

async function answered(
  { command, timeout, chosen }: Question,
  { ask, caller, signal }: Asking,
): Promise<CallToolResult> {
  const body = { command, timeout, ...(caller === undefined ? {} : { by: caller }) }
  const within = timeout * 1000 + agentWithin
  const answer = await ask({ method: 'POST', path: '/v1/cli', body, within }, signal)
  if (answer.status !== 200) return refused(readRefusal(answer))
  const { device, command: asked, output, truncated } = answer.body as CliAnswer
  const { text, left } = fittingLines(chosen(output), maxOutputOctets)
  const problems = [
    ...(left > 0 ? [`${left} more lines; choose with match, or ask for less`] : []),
    ...(truncated ? [`the router said more than ${maxCliOctets} octets, of which the rest is not here`] : []),
  ]
  const cut = problems.length === 0 ? undefined : problems.join('; ')
  return routerText(device, { head: `${asked}.`, text, field: 'output', cut }, { command: asked })
}

export const readingTools: readonly Tool[] = [
  tool({
    name: 'network_cli_exec',
    title: 'Ask the router',
    description:
      'Runs one command of the router that only reads, and gives its output.\n' +
      'FRR: "show bgp summary", "show ip route 192.0.2.0/24", "show interface eth1". BIRD: "show protocols all", "show route ' +
      'for 192.0.2.1". Anything that changes something, shows secrets or has a pipe is refused; `match` chooses lines. ' +
      `An answer has at most ${maxOutputOctets} octets of output.`,
    input: z.strictObject({
      command: z.string().min(1).max(512).describe('such as "show bgp summary", in full words'),
      match: z.string().min(1).max(100).optional().describe('only lines with this text, whatever its case'),
      timeout: z.int().min(1).max(300).default(30).describe('seconds'),
    }),
    annotations: reads,
    run: ({ command, match, timeout }, asking) =>
      answered(
        { command, timeout, chosen: (output) => (match === undefined ? output : linesWith(output, match)) },
        asking,
      ),
  }),
  tool({
    name: 'network_yang_get',
    title: 'Data of the router',
    description:
      'Gives the YANG data at a path, of a router that has such: a line for each leaf, with its value, below the entries of lists.\n' +
      'Begin with "/ietf-interfaces:interfaces" or the like, not with "/". Credentials are hidden; `match` chooses lines, with the entries around them. ' +
      `An answer has at most ${maxOutputOctets} octets of data.`,
    input: z.strictObject({
      path: z
        .string()
        .regex(/^\//, 'a path, which begins with "/"')
        .max(500)
        .describe("such as /ietf-interfaces:interfaces/interface[name='eth1']; names have their YANG module in front"),
      datastore: z
        .enum(['operational', 'running'])
        .default('operational')
        .describe('running: what is configured; operational: what the router does, too'),
      match: z.string().min(1).max(100).optional().describe('only lines with this text, whatever its case'),
      timeout: z.int().min(1).max(300).default(30).describe('seconds'),
    }),
    annotations: reads,
    run: ({ path, datastore, match, timeout }, asking) => {
      const command = `${datastore === 'running' ? 'get-config' : 'get'} ${path}`
      const chosen = (output: string): string => (match === undefined ? output : dataWith(output, match))
      return answered({ command, timeout, chosen }, asking)
    },
  }),
  tool({
    name: 'network_file_pull',
    title: 'Running configuration',
    description:
      'The running configuration of the router, with its revision.\n' +
      'Give the revision as `base` to network_cli_configure and network_commit: when somebody changes the router meanwhile, ' +
      'they are refused instead of changing something that you have not seen.',
    input: z.strictObject({
      filename: z.enum(['running-config']).default('running-config'),
    }),
    annotations: reads,
    async run(_, { ask, signal }) {
      const answer = await ask({ method: 'GET', path: '/v1/config', within: 4 * agentWithin }, signal)
      if (answer.status !== 200) return refused(readRefusal(answer))
      const { device, revision, text } = answer.body as RouterConfig
      const head = `Running configuration, revision ${revision}.`
      return routerText(device, { head, text, field: 'text' }, { filename: 'running-config', revision })
    },
  }),
  tool({
    name: 'network_commits',
    title: 'Changes of this router',
    description:
      'The changes that were committed here, newest first: who, why, what they brought, whether they still can go back.\n' +
      'A pending one says when it goes back by itself.',
    input: z.strictObject({}),
    annotations: reads,
    async run(_, { ask, signal }) {
      const answer = await ask({ method: 'GET', path: '/v1/commits', within: agentWithin }, signal)
      if (answer.status !== 200) return refused(readRefusal(answer))
      const { device, now, items } = answer.body as CommitList
      return {
        content: [{ type: 'text', text: commitsText(device, items) }],
        structuredContent: { device, now, items: items.map(shownCommit) },
      }
    },
  }),
]

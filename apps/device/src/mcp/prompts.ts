/** What operators ask of a router again and again, as prompts of MCP; the first two are of the draft. @module */
import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

const address = z.string().min(1).max(100)

export function addPrompts(server: McpServer): void {
  server.registerPrompt(
    'network_troubleshoot_ping-fail',
    {
      title: 'Why does a ping fail?',
      description: 'Follows a destination through this router, in both directions',
      argsSchema: z.object({
        src: address.describe('address from where it was sent'),
        dst: address.describe('address that does not answer'),
      }),
    },
    ({ src, dst }) => said(pingQuestion(src, dst)),
  )
  server.registerPrompt(
    'network_security_audit',
    {
      title: 'Audit the configuration',
      description: 'What in the running configuration lets strangers do too much',
      argsSchema: z.object({ profile: z.string().max(100).default('edge').describe('such as edge, core') }),
    },
    ({ profile }) => said(auditQuestion(profile)),
  )
  server.registerPrompt(
    'network_change',
    {
      title: 'Change something, and keep it only if it works',
      description: 'A change with a way back: check, commit for a while, look, then confirm or let it go',
      argsSchema: z.object({ goal: z.string().min(1).max(500).describe('what shall be so afterwards') }),
    },
    ({ goal }) => said(changeQuestion(goal)),
  )
}

/** What was typed stays one word of the question. */
const quoted = (text: string): string => JSON.stringify(text)

const report = 'Say what you saw, with the command that showed it, and what you could not find out.'

const pingQuestion = (src: string, dst: string): string =>
  `A ping from ${quoted(src)} to ${quoted(dst)} fails. Is this router the reason? Change nothing.
1. network_cli_exec: the route to the destination, and the route back to the source. Each next hop must be a live neighbour.
2. network_cli_exec: the interface to each next hop: up, without errors or drops. The resource network:///interfaces has rates.
3. network_cli_exec: the session of the protocol that gave each route. Since when is it up?
4. network_commits: was something changed shortly before?
${report}`

const auditQuestion = (profile: string): string =>
  `Audit the running configuration of this router against the profile ${quoted(profile)}. Change nothing.
1. network_file_pull.
2. Each neighbour of another AS: a prefix list or route map in both directions, a limit of prefixes, a password or GTSM.
3. What is announced: only own and customers' prefixes. What is accepted: no default, no own prefix, nothing too long.
4. What is written but not used, and what is used but not written.
Name each line, what could happen, and the line that would be right. ${report}`

const changeQuestion = (goal: string): string =>
  `Change this router so that ${quoted(goal)}.
1. network_cli_exec and network_file_pull: what is so now, and the revision. Say how you will see that it works.
2. network_cli_configure with that revision as base. Stop if a line is refused.
3. network_commit with the same lines, a key of your own and a comment that says why; confirmWithin no longer than you need.
4. Look in the way that you named. Look also at what must not have changed: sessions, routes of others.
5. network_commit_confirm only if all of that is as it should be. Otherwise network_rollback, and say what you saw.
${report}`

const said = (text: string) => ({ messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] })

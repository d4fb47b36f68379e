/** `vagus id show [NAME]`: the agents of this host, or one of them. @module */
import type { Identity } from '@vagus/identity'
import type { Keyring, KeyringError } from '@vagus/keyring'
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { identityResource, identityText, validityText } from '../identity-text.ts'
import { jsonText, resourceText } from '../json.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, table } from '../table.ts'

const options = {
  document: { type: 'flag', description: 'the signed document alone, to hand out' },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id show',
  summary: 'the agents of this host, or one of them',
  effect: 'ro',
  examples: [
    { line: 'vagus id show', does: 'one line per agent' },
    { line: 'vagus id show report-writer', does: 'id, tag, keys, where to reach it' },
    { line: 'vagus id show report-writer --document > agents/report-writer.jws', does: 'for a --lookup folder' },
  ],
  arguments: [{ name: 'NAME', description: 'an agent of this host', presence: 'optional' }],
  options,
  run: ({ values, words: [name], environment, terminal }: Call<typeof options>) =>
    withKeyring({ values, environment }, (keyring) => {
      const now = Date.now()
      const { out, paint, columns } = terminal
      if (name === undefined) {
        if (values.document)
          throw new Failure(exitCode.usage, '"vagus id show --document" needs NAME', 'see: vagus id show')
        const agents = keyring.names().map((each) => agentOf(keyring, each, now))
        const items = agents.flatMap((agent) =>
          'identity' in agent ? [identityResource(agent.identity, agent.name)] : [],
        )
        if (values.json) out(resourceText('IdentityList', { items }))
        else out(`${identityTable(agents, now, columns, paint)}\n`)
        const problems = agents.flatMap((agent) => ('problem' in agent ? [agent.problem] : []))
        for (const { message, fix } of problems)
          terminal.err(`${terminal.talkPaint.bad('vagus:')} ${message}\n  ${fix}\n`)
        if (terminal.person) terminal.err(`\nnext: vagus id ${agents.length === 0 ? 'new NAME' : 'show NAME'}\n`)
        return problems.length === 0 ? exitCode.ok : exitCode.failed
      }
      const { identity } = keyring.open(name, now)
      if (values.document) out(`${identity.document}\n`)
      else if (values.json) out(jsonText(identityResource(identity, name)))
      else out(`${identityText(identity, name, now, paint)}\n`)
      return exitCode.ok
    }),
})

/** An agent of this host, or why its files cannot be used. */
type LocalAgent = { readonly name: string } & ({ readonly identity: Identity } | { readonly problem: KeyringError })

/** A damaged agent must not hide the others. */
function agentOf(keyring: Keyring, name: string, now: number): LocalAgent {
  try {
    return { name, identity: keyring.open(name, now).identity }
  } catch (problem) {
    // Compared by name: importing the class would load the keyring for every help.
    if (problem instanceof Error && problem.name === 'KeyringError') return { name, problem: problem as KeyringError }
    throw problem
  }
}

const heads: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 12 },
  { head: 'ROLE', align: 'left', shrink: 8, leaves: 2 },
  { head: 'SKILLS', align: 'left', shrink: 10, leaves: 1 },
  { head: 'EPOCH', align: 'right', leaves: 3 },
  { head: 'DOCUMENT', align: 'left' },
  { head: 'ID', align: 'left', shrink: 24 },
]

/** One line per agent. @param now milliseconds since 1970 */
export function identityTable(agents: readonly LocalAgent[], now: number, columns: number, paint: Paint): string {
  if (agents.length === 0) return 'no agents here yet'
  const rows = agents.map((agent): Cell[] => {
    const { name } = agent
    if ('problem' in agent) return [name, '–', '–', '–', { text: 'cannot be used', paint: paint.bad }, '–']
    const { identity } = agent
    const { role, skills, epoch, id, expiresAt } = identity
    const validity = {
      text: validityText({ expiresAt }, now, { ...paint, bad: (text) => text }),
      paint: expiresAt > now ? paint.faint : paint.bad,
    }
    return [name, role, skills.join(' '), String(epoch), validity, id]
  })
  return table(heads, rows, columns, paint.strong)
}

/** `vagus roster new OWNER`: begins a fleet: its owner, and a first roster without members. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOf, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { changeOptions, publish, tellChange } from '../roster/publish.ts'

const { roster: _, ...ofChange } = changeOptions
const options = {
  holds: {
    type: 'duration',
    value: 'TIME',
    default: '90d',
    description: 'how long each roster is valid, at most 400d',
  },
  ...ofChange,
} as const satisfies Options

/** What a fleet begins with. */
const firstPolicies = `// Who may call whom for what, in Cedar (docs.cedarpolicy.com). What no policy permits is refused; forbid beats permit.
// Members of the roster may call each other. Callers outside (vagus gateway) are no agents, and need policies of their own:
permit (principal is Agent, action, resource);
`

export const command = defineCommand({
  name: 'roster new',
  summary: 'begin a fleet: who belongs to it, and who may call whom',
  effect: 'rw',
  examples: [
    { line: 'vagus roster new acme', does: 'the owner acme, with keys in ~/.vagus/agents, and its first roster' },
    { line: 'vagus roster new acme --holds 30d', does: 'side-cars refuse all calls 30 days after the last change' },
  ],
  arguments: [
    { name: 'OWNER', description: 'name of the owner, an agent that is made if there is none', presence: 'required' },
  ],
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, terminal } = call
      const name = call.words[0]!
      const now = Date.now()
      const { ownAgent } = await import('@vagus/keyring')
      if (keyring.has(name) && keyring.roster(name) !== undefined)
        throw new Failure(
          exitCode.usage,
          `"${name}" owns a fleet already`,
          `see it: vagus roster show --roster ${name}`,
        )
      ownAgent({ keyring, name, report: (line) => terminal.err(`${line}\n`) })
      const first = { members: [], policies: firstPolicies, holdsSeconds: values.holds }
      const roster = keyring.signRoster(name, (before) => (before === undefined ? first : {}), now)
      const owner = { name, keyring, roster, home: await homeOf(call), controller: undefined }
      const change = { ...call, values: { ...values, roster: name } }
      const client = await publish(change, owner, roster).catch((error: unknown) => {
        // the configuration of a controller that is still to start needs it
        terminal.err(`${name} owns a fleet now; its id: ${roster.owner}\n`)
        throw error
      })
      tellChange(change, owner, { roster, client }, [
        `${name} owns a fleet now; its id, for "vagus run --roster" on other hosts: ${roster.owner}`,
      ])
      if (terminal.person)
        terminal.err(
          `\nnext: vagus roster add NAME --role ROLE · then, beside each member: vagus run --roster ${roster.owner} …\n`,
        )
      return exitCode.ok
    }),
})

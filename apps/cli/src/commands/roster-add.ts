/** `vagus roster add NAME --role ROLE`: a further member, or other roles of one. @module */
import { optionalController } from '../address.ts'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'
import { findAgent, type FoundAgent } from '../roster/find-agent.ts'
import { memberCalled, withMember } from '../roster/members.ts'
import { type Owner, ownerOf } from '../roster/owner.ts'
import { changeOptions, changeRoster, tellChange } from '../roster/publish.ts'

const options = {
  role: { type: 'words', value: 'LIST', default: [], description: 'its roles, such as report-writer,dispatcher' },
  until: {
    type: 'duration',
    value: 'TIME',
    description:
      'how long it has these roles, beside those that it has (default: without an end, instead of all others)',
  },
  id: { type: 'text', value: 'ID', description: 'who it is, did:key:z6Mk… (default: looked up by the name)' },
  lookup: { type: 'words', value: 'LIST', default: [], description: 'folders with signed documents, NAME.jws' },
  ...changeOptions,
} as const satisfies Options

export const command = defineCommand({
  name: 'roster add',
  summary: 'take an agent into a fleet, or give a member other roles',
  effect: 'rw',
  examples: [
    {
      line: 'vagus roster add writer --role report-writer',
      does: 'the agent of that name here, in folders, or on the list',
    },
    {
      line: 'vagus roster add writer --role report-writer --id did:key:z6Mk…',
      does: 'as "vagus id show writer" says on its host',
    },
    { line: 'vagus roster add boss --role on-call --until 8h', does: 'a further role, which ends by itself' },
  ],
  arguments: [{ name: 'NAME', description: 'by which the fleet calls it', presence: 'required' }],
  options,
  async run(call: Call<typeof options>) {
    const name = call.words[0]!
    const roles = call.values.role
    if (call.values.until !== undefined && roles.length === 0)
      throw new Failure(exitCode.usage, '"--until" needs --role LIST', 'such as --role on-call --until 8h')
    const until = call.values.until === undefined ? undefined : endIn(call.values.until)
    const owner = await ownerOf(call)
    const found = await idOf(call, owner, name)
    const published = await changeRoster(call, owner, (before) => ({
      members: withMember(before, { id: found.id, name, roles, until }),
    }))
    const end = until === undefined ? '' : ` until ${new Date(until).toISOString().replace('.000', '')}`
    const as = roles.length === 0 ? 'without a role' : `as ${roles.join(', ')}${end}`
    const check =
      found.trust === 'open' ? `, where anyone may take a name; compare on its host: vagus id show ${name}` : ''
    tellChange(call, owner, published, [`${name} is a member ${as}: ${found.id}, says ${found.saidBy}${check}`])
    return exitCode.ok
  },
})

/** Milliseconds since 1970, in whole seconds as in rosters. */
const endIn = (seconds: number): number => (Math.floor(Date.now() / 1000) + seconds) * 1000

/** Of a member that is there, its own: a name of the roster means nobody else. */
async function idOf(call: Call<typeof options>, owner: Owner, name: string): Promise<FoundAgent> {
  const { values, environment, signal } = call
  if (values.id !== undefined) {
    const { isAgentId } = await import('@vagus/identity')
    if (!isAgentId(values.id))
      throw new Failure(
        exitCode.usage,
        `"${values.id.slice(0, 80)}" is no id`,
        `such as did:key:z6Mk…, as "vagus id show ${name}" prints it`,
      )
    return { id: values.id, saidBy: 'you', trust: 'own' }
  }
  const member = memberCalled(owner.roster, name)
  if (member !== undefined) return { id: member.id, saidBy: 'the roster', trust: 'own' }
  const controller = optionalController(values.controller, environment) ?? owner.controller
  return findAgent({ values: { home: owner.home }, environment }, name, { folders: values.lookup, controller, signal })
}

/** `vagus agent quarantine NAME --reason TEXT`: from now on nobody of its fleet is called by it, or calls it. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf, millisecondsText } from '../format.ts'
import type { Options } from '../option.ts'
import { controllerAddress, optionalController } from '../address.ts'
import { type Client, clientOf } from '../client.ts'
import { peersOf, untilClosed } from '../roster/closed-sessions.ts'
import { memberOf, withQuarantine } from '../roster/members.ts'
import { type Owner, ownerOf } from '../roster/owner.ts'
import { changeOptions, changeRoster, tellChange } from '../roster/publish.ts'

const options = {
  reason: {
    type: 'text',
    value: 'TEXT',
    presence: 'required',
    description: 'why; all who may not call it are told so',
  },
  ...changeOptions,
} as const satisfies Options

export const command = defineCommand({
  name: 'agent quarantine',
  summary: 'cut a member off from its fleet at once, against its will',
  effect: 'rw',
  examples: [
    { line: 'vagus agent quarantine writer --reason "key on a stolen laptop"', does: 'on the host of the owner' },
  ],
  arguments: [{ name: 'NAME', description: 'a member of the fleet, or its id', presence: 'required' }],
  options,
  async run(call: Call<typeof options>) {
    const { reason } = call.values
    if (reason === undefined)
      throw new Failure(
        exitCode.usage,
        '"vagus agent quarantine" needs --reason',
        'such as --reason "key on a stolen laptop"',
      )
    const word = call.words[0]!
    const owner = await ownerOf(call, word)
    const { id, name } = memberOf(owner.roster, word)
    const before = await sessionsBefore(call, owner, id)
    const quarantine = { since: Date.now(), reason }
    const published = await changeRoster(call, owner, (roster) => ({ members: withQuarantine(roster, id, quarantine) }))
    tellChange(call, owner, published, [`${name} (${id}) is in quarantine: ${reason}`])
    return published.client === undefined ? exitCode.ok : closed(call, published.client, id, before)
  },
})

/** Undefined where it is not known. */
async function sessionsBefore(call: Call<typeof options>, owner: Owner, id: string): Promise<number | undefined> {
  const named = optionalController(call.values.controller, call.environment) ?? owner.controller
  if (named === undefined) return undefined
  const peers = await peersOf(clientOf(controllerAddress(named), call.signal), id).catch(() => undefined)
  return peers?.length
}

/** Says what became of its sessions. */
async function closed(
  { terminal, signal, values }: Call<typeof options>,
  client: Client,
  id: string,
  before: number | undefined,
): Promise<ExitCode> {
  const { left, took } = await untilClosed(client, id, signal)
  if (left.length > 0) {
    const problem = `after ${millisecondsText(took)} there are sessions with it still: of ${left.join(', ')}`
    throw new Failure(exitCode.timeout, problem, 'do their side-cars run with --roster? see: vagus roster show')
  }
  const text =
    before === 0
      ? 'it had no session with anyone'
      : `${countOf(before ?? 0, 'session')} closed within ${millisecondsText(took)}`
  if (before !== undefined && !values.json) terminal.out(`${text}\n`)
  return exitCode.ok
}

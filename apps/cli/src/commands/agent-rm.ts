/** `vagus agent rm NAME`: takes an agent off the list of the controller. @module */
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { AgentResource } from '@vagus/api'
import type { ControllerAddress } from '../address.ts'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import { homeOf, homeOption, type Whose } from '../keyring-options.ts'

export const command = defineCommand({
  name: 'agent rm',
  summary: 'take an agent off the list, until it publishes itself again',
  effect: 'rw',
  examples: [{ line: 'vagus agent rm stranger', does: 'on the host of the controller, as its user' }],
  arguments: [{ name: 'NAME', description: 'a name of "vagus agent ls", or an id', presence: 'required' }],
  options: { ...homeOption, ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, words, terminal } = call
    const path = `/v1/agents/${encodeURIComponent(words[0]!)}`
    const client = clientFor(call)
    const bearer = await operatorKey(call, client.address)
    const forgotten = await client
      .change<AgentResource>('Agent', { method: 'DELETE', path, bearer })
      .catch(orSay('the names: vagus agent ls', fix))
    if (values.json) terminal.out(`${JSON.stringify(forgotten, null, 2)}\n`)
    else terminal.out(`${forgotten.name} is off the list; it comes back when it publishes itself again\n`)
    return exitCode.ok
  },
})

const fix = 'on the host of the controller, as its user: vagus agent rm NAME --home FOLDER (its home)'

/** The key that the controller wrote here; no other host gets it. @throws {Failure} usage, denied */
async function operatorKey(whose: Whose, address: ControllerAddress): Promise<string> {
  if (!isHere(address)) throw new Failure(exitCode.denied, `${address.text} is not on this host`, fix)
  const { operatorKeyFile } = await import('@vagus/keyring/home')
  const file = operatorKeyFile(await homeOf(whose))
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Failure(exitCode.denied, `${file}, the key of the operator, cannot be read: ${code}`, fix, error)
  }
}

function isHere(address: ControllerAddress): boolean {
  if (address.type === 'unix' || address.host === 'localhost') return true
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return own.some((one) => one.address === address.host)
}

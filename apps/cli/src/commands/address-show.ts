/** `vagus address show NAME`: where the address of an agent of this host is attached. @module */
import type { AgentAddress } from '@vagus/sidecar/address'
import { attachedText, keeperOf } from '../address-keeper.ts'
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import type { Options } from '../option.ts'

const options = { ...homeOption, ...jsonOption } as const satisfies Options

export const command = defineCommand({
  name: 'address show',
  summary: 'where the address of a local agent is attached',
  effect: 'ro',
  examples: [{ line: 'vagus address show robot-7', does: 'its address, edge and link' }],
  arguments: [{ name: 'NAME', description: 'an agent of "vagus address attach"', presence: 'required' }],
  options,
  async run(call: Call<typeof options>) {
    const { values, words, terminal } = call
    const keeper = await keeperOf(call, words[0]!)
    const address = await keeper.get<AgentAddress>('AgentAddress', '/v1/address')
    terminal.out(values.json ? jsonText(address) : `${attachedText(address)}\n`)
    return exitCode.ok
  },
})

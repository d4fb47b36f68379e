/** `vagus address move NAME --to INTERFACE`: attaches over another link before the one in use goes away. @module */
import type { AgentAddress } from '@vagus/sidecar/address'
import { attachedText, keeperOf } from '../address-keeper.ts'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOption } from '../keyring-options.ts'
import type { Options } from '../option.ts'

const options = {
  to: { type: 'text', value: 'INTERFACE', presence: 'required', description: 'interface of this host, which is up' },
  ...homeOption,
} as const satisfies Options

/** Milliseconds until the new edge must have answered, and between looks. */
const patience = { most: 10_000, every: 20 } as const

export const command = defineCommand({
  name: 'address move',
  summary: 'attach the address of a local agent over another link',
  effect: 'rw',
  examples: [{ line: 'vagus address move robot-7 --to eth1', does: 'returns when it is attached there' }],
  arguments: [{ name: 'NAME', description: 'an agent of "vagus address attach"', presence: 'required' }],
  options,
  async run(call: Call<typeof options>) {
    const { values, words, terminal } = call
    const { to } = values
    if (to === undefined)
      throw new Failure(exitCode.usage, '"vagus address move" needs --to INTERFACE', 'such as --to eth1')
    const keeper = await keeperOf(call, words[0]!)
    let address = await keeper.change<AgentAddress>('AgentAddress', {
      method: 'POST',
      path: '/v1/address',
      body: { to },
    })
    for (const end = performance.now() + patience.most; address.attached?.link !== to;) {
      if (performance.now() > end) {
        const problem = `no edge on ${to} has attached ${words[0]} within ${patience.most / 1000} s`
        throw new Failure(exitCode.timeout, problem, 'why not: what "vagus address attach" says')
      }
      await new Promise((resolve) => setTimeout(resolve, patience.every))
      address = await keeper.get<AgentAddress>('AgentAddress', '/v1/address')
    }
    terminal.out(`${attachedText(address)}\n`)
    return exitCode.ok
  },
})

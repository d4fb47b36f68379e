/** `vagus roster service [ROLE SERVICE]`: prints which service each role gets, or sets that of one. @module */
import { serviceNames } from '@vagus/qos'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { resourceText } from '../json.ts'
import type { Options } from '../option.ts'
import { ownerOf } from '../roster/owner.ts'
import { changeOptions, changeRoster, tellChange } from '../roster/publish.ts'
import { callsText, type RuleFor, servicesText, withoutService, withService } from '../roster/services.ts'

const options = {
  protocol: {
    type: 'text',
    value: 'NAME',
    choices: ['a2a', 'mcp', 'http'],
    description: 'only for its calls over this protocol',
  },
  operation: { type: 'text', value: 'NAME', description: 'only for this operation, such as SendMessage or tools/call' },
  tool: { type: 'text', value: 'NAME', description: 'only for this tool of MCP' },
  skill: { type: 'text', value: 'NAME', description: 'only for this skill of A2A, where a message names one' },
  rm: { type: 'flag', description: 'take that rule out again' },
  ...changeOptions,
} as const satisfies Options

export const command = defineCommand({
  name: 'roster service',
  summary: 'print which service calls get by role, or set it',
  effect: 'rw',
  examples: [
    { line: 'vagus roster service', does: 'which role gets what' },
    { line: 'vagus roster service planner control', does: 'calls of planners: before others, within 30 ms' },
    { line: 'vagus roster service planner safety --tool stop_robot', does: 'this one tool is more urgent still' },
    { line: 'vagus roster service crawler bulk', does: 'yields to everybody' },
    { line: 'vagus roster service crawler --rm', does: 'as if nothing had been said' },
  ],
  arguments: [
    { name: 'ROLE', description: 'of callers, in the roster', presence: 'optional' },
    { name: 'SERVICE', description: 'that its calls get', presence: 'optional', choices: serviceNames },
  ],
  options,
  async run(call: Call<typeof options>) {
    const { words, values, terminal } = call
    const [role, service] = words
    const to = ruleFor(role, values)
    if (role !== undefined) checkWords(role, service, values.rm)
    const owner = await ownerOf(call)
    if (to === undefined) {
      const { services: rules = [] } = owner.roster
      const { columns, paint } = terminal
      terminal.out(
        values.json
          ? resourceText('RosterServices', { services: rules })
          : `${servicesText(owner.roster, columns, paint)}\n`,
      )
      return exitCode.ok
    }
    const published = await changeRoster(call, owner, (before) => ({
      services: service === undefined ? withoutService(before, to) : withService(before, to, service),
    }))
    const said = service === undefined ? 'get what others get' : `get the service ${service}`
    tellChange(call, owner, published, [`calls of ${callsText(to)} ${said}`])
    return exitCode.ok
  },
})

function ruleFor(role: string | undefined, values: Call<typeof options>['values']): RuleFor | undefined {
  const { protocol, operation, tool, skill } = values
  if (role === undefined) return undefined
  return {
    role,
    ...(protocol && { protocol }),
    ...(operation && { operation }),
    ...(tool && { tool }),
    ...(skill && { skill }),
  }
}

/** @throws {Failure} usage */
function checkWords(role: string, service: string | undefined, rm: boolean): void {
  if (rm && service !== undefined)
    throw new Failure(exitCode.usage, '--rm takes no SERVICE', `vagus roster service ${role} --rm`)
  if (!rm && service === undefined)
    throw new Failure(exitCode.usage, `which service is ${role} to get?`, `one of ${serviceNames.join(', ')}; or --rm`)
}

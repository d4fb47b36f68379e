/** `vagus device mcp`: the router of this host as an MCP server over stdin and stdout, beside its device agent. @module */
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import type { Options } from '../option.ts'
import { printable } from '../table.ts'
import { version } from '../version.ts'

const options = {
  control: {
    type: 'text',
    value: 'PATH',
    default: '/run/vagus/device.sock',
    description: 'control socket of the agent, as of "vagus device"',
  },
} as const satisfies Options

export const command = defineCommand({
  name: 'device mcp',
  summary: 'be the MCP server of the router here, over stdin and stdout',
  effect: 'rw',
  examples: [
    {
      line: 'vagus device mcp',
      does: 'for an editor on the router, as the command of an MCP server',
    },
    { line: 'vagus device mcp --control /run/vagus/pe-1.sock', does: 'of the agent that has this socket' },
  ],
  options,
  async run({ values, terminal, environment, signal }) {
    const { callerOf, serveNetwork } = await import('@vagus/device/mcp')
    const onError = (error: Error): void => terminal.err(`${printable(error.message)}\n`)
    await serveNetwork({ control: values.control, caller: callerOf(environment), version, onError }, signal)
    return exitCode.ok
  },
})

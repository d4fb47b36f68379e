/** `vagus mcp NAME`: the MCP server of an agent, for programs that start MCP servers as commands. @module */
import { join } from 'node:path'
import { Page } from '../call/page.ts'
import { sideCarOptions, throughSideCar } from '../call/through-side-car.ts'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { homeOf } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { printable } from '../table.ts'

const options = {
  'accept-tools': {
    type: 'flag',
    description: 'only remember what its tools say of themselves now, where that changed, and end',
  },
  ...sideCarOptions,
  as: {
    type: 'text',
    value: 'AGENT',
    description: 'call as this agent of this host, created if it is new (default: a fresh one each time)',
  },
} as const satisfies Options

export const command = defineCommand({
  name: 'mcp',
  summary: 'be the MCP server of an agent, over stdin and stdout',
  effect: 'rw',
  examples: [
    { line: 'vagus mcp calc', does: 'the command of an MCP server: {"command": "vagus", "args": ["mcp", "calc"]}' },
    { line: 'vagus mcp skill:files.read', does: 'whichever agent of this host can do it' },
    { line: 'vagus mcp calc --accept-tools', does: 'after an update of calc: what its tools say now is right' },
    { line: 'vagus mcp calc --as laptop --controller http://192.0.2.10:7600', does: 'as an agent that calc knows' },
  ],
  arguments: [
    {
      name: 'NAME',
      description: 'name or id of the agent, or skill:X or role:X for one of several',
      presence: 'required',
    },
  ],
  options,
  run: (call: Call<typeof options>) =>
    throughSideCar(
      call,
      async (sideCar) => {
        const { values, words, terminal, signal } = call
        const agent = words[0]!
        const [{ toolPins }, home] = await Promise.all([import('../call/tool-pins.ts'), homeOf(call)])
        const pins = (changed: 'refuse' | 'accept') =>
          toolPins(join(home, 'tool-pins'), changed, `vagus mcp ${agent} --accept-tools`)
        if (values['accept-tools']) {
          const { acceptTools } = await import('../call/call-tool.ts')
          const calling = { agent, sideCar, page: new Page(terminal, 'text'), signal }
          await acceptTools(calling, { refusing: pins('refuse'), accepting: pins('accept') })
          return exitCode.ok
        }
        const [{ bridgeStdio }, { ExplainingFetch }] = await Promise.all([
          import('../call/stdio-bridge.ts'),
          import('../call/side-car-problem.ts'),
        ])
        await bridgeStdio({
          url: new URL(`${sideCar}/agents/${encodeURIComponent(agent)}/mcp`),
          agent,
          explaining: new ExplainingFetch(agent, sideCar, values.service),
          pins: pins('refuse'),
          report: (line) => terminal.err(`${printable(line)}\n`),
          signal,
        })
        return exitCode.ok
      },
      'fresh',
    ),
})

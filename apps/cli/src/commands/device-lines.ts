/** `vagus device lines clear`: takes everything of private lines from this router; for when its agent is gone for good. @module */
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export const command = defineCommand({
  name: 'device lines',
  summary: 'remove what a stopped agent left of private lines',
  effect: 'rw',
  examples: [
    { line: 'vagus device lines clear --lines fd00:c::/32', does: 'removes what a stopped agent left in the kernel' },
  ],
  arguments: [{ name: 'clear', description: 'the only thing that can be done', presence: 'required' }],
  options: {
    lines: { type: 'text', value: 'BLOCK', presence: 'required', description: 'as of "vagus device --lines"' },
    control: {
      type: 'text',
      value: 'PATH',
      default: '/run/vagus/device.sock',
      description: 'control socket of the agent: its leases are in a file beside it',
    },
  },
  async run({ words: [action], values, terminal }) {
    if (action !== 'clear')
      throw new Failure(
        exitCode.usage,
        `"vagus device lines" can "clear", not "${action}"`,
        'what is held: vagus device show',
      )
    const { clearLines } = await import('@vagus/device')
    if (values.lines === undefined)
      throw new Failure(exitCode.usage, '"vagus device lines clear" needs --lines BLOCK', 'such as --lines fd00:c::/32')
    try {
      await clearLines(values.lines, values.control)
    } catch (error) {
      if (error instanceof RangeError)
        throw new Failure(exitCode.usage, error.message, 'see: vagus device lines --help')
      throw error
    }
    terminal.out('removed: rules, routes, rates and addresses of lines, their guard, and the leases\n')
    return exitCode.ok
  },
})

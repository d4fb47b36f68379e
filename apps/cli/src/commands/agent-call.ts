/** `vagus agent call NAME [TEXT]`: says something to an agent, or calls a tool of it, and prints what comes back. @module */
import { stdin } from 'node:process'
import { text as textOf } from 'node:stream/consumers'
import type { Calling } from '../call/calling.ts'
import { Page } from '../call/page.ts'
import { sideCarOptions, throughSideCar } from '../call/through-side-car.ts'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'

const options = {
  tool: { type: 'text', value: 'TOOL', description: 'call this MCP tool of it' },
  with: { type: 'text', value: 'JSON', description: 'what the tool takes, such as \'{"a":1}\' (default nothing)' },
  tools: { type: 'flag', description: 'list its MCP tools' },
  json: { type: 'flag', description: 'print each event as a line of JSON' },
  ...sideCarOptions,
} as const satisfies Options
type AgentCall = Call<typeof options>

export const command = defineCommand({
  name: 'agent call',
  summary: 'say something to an agent, or call a tool of it',
  effect: 'rw',
  examples: [
    { line: 'vagus agent call writer "a report on last week"', does: 'prints what it answers, as it comes' },
    { line: 'vagus agent call writer <question.txt >answer.txt', does: 'states of the task go to the terminal' },
    { line: 'vagus agent call calc --tools', does: 'what MCP tools it has' },
    { line: 'vagus agent call calc --tool add --with \'{"a":1,"b":2}\'', does: 'calls one' },
  ],
  arguments: [
    { name: 'NAME', description: 'whom to call: a name, or an id', presence: 'required' },
    { name: 'TEXT', description: 'what to say (default: standard input)', presence: 'optional' },
  ],
  options,
  async run(call: AgentCall) {
    const what = await wanted(call)
    const { values, words, terminal, signal } = call
    const page = new Page(terminal, values.json ? 'json' : 'text')
    return throughSideCar(call, async (sideCar) => {
      await what({ agent: words[0]!, sideCar, page, signal })
      return signal.aborted ? exitCode.interrupted : exitCode.ok
    })
  },
})

/** What to do through the side-car; what was typed is checked before one is opened. @throws {Failure} usage */
async function wanted({ values, words, terminal }: AgentCall): Promise<(calling: Calling) => Promise<void>> {
  const [, text] = words
  const { tool, tools, with: given } = values
  if ([tool !== undefined, tools, text !== undefined].filter(Boolean).length > 1)
    throw new Failure(exitCode.usage, 'TEXT, --tool and --tools are three things to do', 'take one of them')
  if (given !== undefined && tool === undefined)
    throw new Failure(exitCode.usage, '--with is what a tool takes, and there is no --tool', 'add --tool NAME')
  if (tools) {
    const { listTools } = await import('../call/call-tool.ts')
    return (calling) => listTools(calling, terminal)
  }
  if (tool !== undefined) {
    const taken = argumentsOf(given)
    const { callTool } = await import('../call/call-tool.ts')
    return (calling) => callTool(calling, tool, taken)
  }
  if (text === undefined && stdin.isTTY)
    terminal.err(terminal.talkPaint.faint('what to say; end it with Ctrl-D') + '\n')
  const said = text ?? (await textOf(stdin)).replace(/\r?\n$/, '') // as the shell does with what a command prints
  if (said.trim() === '') throw new Failure(exitCode.usage, 'there is nothing to say', 'vagus agent call NAME "TEXT"')
  const { sendText } = await import('../call/send-text.ts')
  return (calling) => sendText(calling, said)
}

/** @throws {Failure} usage */
function argumentsOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Failure(exitCode.usage, `--with must be an object of JSON, got ${text}`, 'such as --with \'{"a":1}\'')
}

/** `vagus agent call NAME [TEXT]`: sends a message to an agent or calls one of its tools, and prints the answer. @module */
import { stdin } from 'node:process'
import { text as textOf } from 'node:stream/consumers'
import type { Calling } from '../call/calling.ts'
import { dataOfPairs, type Pair, pairOf } from '../call/tool-arguments.ts'
import { Page } from '../call/page.ts'
import { sideCarOptions, throughSideCar } from '../call/through-side-car.ts'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'

const options = {
  tool: { type: 'text', value: 'TOOL', description: 'MCP tool to call' },
  skill: {
    type: 'text',
    value: 'SKILL',
    description: 'skill of A2A to ask (request_type); takes data in place of a text',
  },
  with: {
    type: 'text',
    value: 'JSON',
    description: 'arguments of the tool, or data for the skill, as one JSON object, such as \'{"a":1}\'',
  },
  tools: { type: 'flag', description: 'list its MCP tools' },
  json: { type: 'flag', description: 'print each event as a line of JSON' },
  ...sideCarOptions,
} as const satisfies Options
type AgentCall = Call<typeof options>

export const command = defineCommand({
  name: 'agent call',
  summary: 'send text to an agent, or call one of its tools',
  effect: 'rw',
  examples: [
    { line: 'vagus agent call writer "a report on last week"', does: 'prints the answer as it arrives' },
    { line: 'vagus agent call writer <question.txt >answer.txt', does: 'task states go to the terminal' },
    { line: 'vagus agent call skill:report.write "a report"', does: 'whichever agent of this host can do it' },
    {
      line: 'vagus agent call network "order 20 Mbit/s from berlin to munich for 1 h"',
      does: 'a task: states come as they change, Ctrl-C cancels it',
    },
    {
      line: 'vagus agent call network --skill private-line from=berlin to=munich bitsPerSecond=20000000 for=1h',
      does: 'the same for programs',
    },
    { line: 'vagus agent call writer "an index" --service bulk', does: 'yields to everything else' },
    { line: 'vagus agent call calc --tools', does: 'lists its MCP tools' },
    { line: 'vagus agent call calc --tool add a=1 b=2', does: 'calls a tool' },
    {
      line: 'vagus agent call calc --tool sum of=1 of=2 of=3',
      does: 'a key that is given again makes a list',
    },
  ],
  arguments: [
    {
      name: 'NAME',
      description: 'agent to call: a name, an id, or skill:X or role:X for one of several',
      presence: 'required',
    },
    {
      name: 'TEXT',
      description: 'text to send (default: standard input); with --tool or --skill, what it takes, each as KEY=VALUE',
      presence: 'repeated',
    },
  ],
  options,
  async run(call: AgentCall) {
    const what = await wanted(call)
    const { values, words, terminal, signal } = call
    const page = new Page(terminal, values.json ? 'json' : 'text')
    return throughSideCar(call, async (sideCar) => {
      await what({ agent: words[0]!, sideCar, page, service: values.service, signal })
      return signal.aborted ? exitCode.interrupted : exitCode.ok
    })
  },
})

/** The action to run through the side-car. Checks the arguments before a side-car starts. @throws {Failure} usage */
async function wanted({ values, words, terminal }: AgentCall): Promise<(calling: Calling) => Promise<void>> {
  const { tool, tools, skill, with: given } = values
  if (skill !== undefined && (tool !== undefined || tools))
    throw new Failure(exitCode.usage, '--skill, --tool and --tools exclude each other', 'give only one of them')
  if (tool !== undefined && !tools) return toolCall(tool, words.slice(1), given)
  if (skill !== undefined && takesData(words.slice(1), given)) return skillCall(skill, words.slice(1), given)
  return tools ? toolList(words, tool, terminal) : textCall({ values, words, terminal })
}

async function toolList(
  words: readonly string[],
  tool: string | undefined,
  terminal: AgentCall['terminal'],
): Promise<(calling: Calling) => Promise<void>> {
  if (tool !== undefined || words.length > 1)
    throw new Failure(exitCode.usage, 'TEXT, --tool and --tools exclude each other', 'give only one of them')
  const { listTools } = await import('../call/call-tool.ts')
  return (calling) => listTools(calling, terminal)
}

/** @throws {Failure} usage */
async function textCall({
  values: { skill, with: given },
  words,
  terminal,
}: Pick<AgentCall, 'values' | 'words' | 'terminal'>): Promise<(calling: Calling) => Promise<void>> {
  const [, text, tooMany] = words
  if (tooMany !== undefined)
    throw new Failure(exitCode.usage, `"${tooMany}" is one word too many`, 'put the text into quotes, or name a --tool')
  if (given !== undefined)
    throw new Failure(
      exitCode.usage,
      '--with gives the arguments of a tool or a skill, and none is named',
      'add --tool or --skill NAME',
    )
  if (text === undefined && stdin.isTTY)
    terminal.err(terminal.talkPaint.faint('type the text; end it with Ctrl-D') + '\n')
  const said = text ?? (await textOf(stdin)).replace(/\r?\n$/, '') // as the shell does with what a command prints
  if (said.trim() === '') throw new Failure(exitCode.usage, 'the text is empty', 'vagus agent call NAME "TEXT"')
  const { sendMessage } = await import('../call/send-message.ts')
  return (calling) => sendMessage(calling, { text: said }, skill)
}

/** @throws {Failure} usage */
async function toolCall(
  tool: string,
  words: readonly string[],
  given: string | undefined,
): Promise<(calling: Calling) => Promise<void>> {
  refuseBoth(words, given)
  const taken: Readonly<Record<string, unknown>> | readonly Pair[] =
    words.length > 0 ? words.map(pairOf) : argumentsOf(given)
  const { callTool } = await import('../call/call-tool.ts')
  return (calling) => callTool(calling, tool, taken)
}

async function skillCall(
  skill: string,
  words: readonly string[],
  given: string | undefined,
): Promise<(calling: Calling) => Promise<void>> {
  refuseBoth(words, given)
  const data = given === undefined ? dataOfPairs(words.map(pairOf)) : argumentsOf(given)
  const { sendMessage } = await import('../call/send-message.ts')
  return (calling) => sendMessage(calling, { data }, skill)
}

/** Else what follows is a text. */
const takesData = (words: readonly string[], given: string | undefined): boolean =>
  given !== undefined || words.some((word) => /^\w+=/.test(word))

/** @throws {Failure} usage */
function refuseBoth(words: readonly string[], given: string | undefined): void {
  if (given !== undefined && words.length > 0)
    throw new Failure(exitCode.usage, 'KEY=VALUE and --with exclude each other', 'give only one of them')
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
  throw new Failure(exitCode.usage, `--with must be a JSON object, got ${text}`, 'such as --with \'{"a":1}\'')
}

/** `vagus cheat [TOPIC]`: a sheet to copy from. @module */
import { cheats } from '../cheats.ts'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { hanging } from '../wrap.ts'

export const command = defineCommand({
  name: 'cheat',
  summary: 'sheets to copy from: routers, vagus.yaml, lab, borders',
  effect: 'ro',
  examples: [
    { line: 'vagus cheat', does: 'lists the sheets' },
    { line: 'vagus cheat ipfix', does: 'make a router send flows here' },
    { line: 'vagus cheat config > vagus.yaml', does: 'a configuration to start with' },
  ],
  arguments: [
    { name: 'TOPIC', description: 'which sheet', presence: 'optional', choices: cheats.map(({ topic }) => topic) },
  ],
  options: {},
  async run({ words: [topic], terminal: { out, paint, columns } }) {
    const cheat = cheats.find((each) => each.topic === topic)
    if (cheat !== undefined) out(`${cheat.text}\n`)
    else
      for (const { topic, summary } of cheats)
        out(`${hanging(`vagus cheat ${paint.strong(topic)}`, 22, summary, columns).join('\n')}\n`)
    return exitCode.ok
  },
})

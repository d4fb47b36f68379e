/** `vagus grasp flood`: tells the links the value of an objective. @module */
import { setTimeout as pause } from 'node:timers/promises'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { linkOptions } from '../grasp/options.ts'

/** Until the interfaces are up, and until the datagrams are out; milliseconds. */
const patience = { up: 2000, out: 50 } as const

export const command = defineCommand({
  name: 'grasp flood',
  summary: 'tell the links the value of an objective',
  effect: 'rw',
  examples: [
    { line: `vagus grasp flood EX1 '["value", 100]'`, does: 'to the neighbours on each link, valid for a minute' },
    { line: 'vagus grasp flood EX1 42 --plain --ttl 5m', does: 'also through relays' },
  ],
  arguments: [
    { name: 'OBJECTIVE', description: 'its name, such as EX1', presence: 'required' },
    { name: 'VALUE', description: 'JSON, sent as CBOR', presence: 'required' },
  ],
  options: {
    ...linkOptions,
    ttl: { type: 'duration', value: 'TIME', default: '1m', description: 'for how long it holds' },
  },
  async run({ values, words, terminal }) {
    const [name = '', text = ''] = words
    const [{ openLinks }, { anyObjective, valueOfJson }] = await Promise.all([
      import('../grasp/links.ts'),
      import('../grasp/any-value.ts'),
    ])
    const value = valueOfJson(text)
    const type = anyObjective(name)
    const links = await openLinks(values, [name], (line) => terminal.err(`${line}\n`))
    const deadline = performance.now() + patience.up
    while (links.some(({ instance }) => instance.interfaces.length === 0) && performance.now() < deadline) {
      await pause(10)
    }
    const told: string[] = []
    for (const grasp of links) {
      const agent = grasp.agent('flood')
      agent.register(type)
      agent.flood(type, value, { ttlMs: values.ttl * 1000 })
      told.push(...grasp.instance.interfaces.map((link) => grasp.linkName(link) ?? String(link)))
    }
    await pause(patience.out)
    await Promise.all(links.map((grasp) => grasp.close()))
    const record = { objective: name, interfaces: told }
    terminal.out(values.json ? `${JSON.stringify(record)}\n` : `told ${told.join(', ')}\n`)
    return exitCode.ok
  },
})

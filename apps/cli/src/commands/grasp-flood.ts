/** `vagus grasp flood`: floods the value of an objective on this machine's links. @module */
import { setTimeout as pause } from 'node:timers/promises'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { linkOptions } from '../grasp/options.ts'

/** Waits for the interfaces to come up, and for the datagrams to leave; milliseconds. */
const patience = { up: 2000, out: 50 } as const
/** The largest TTL that a message can carry (RFC 8990 §2.8.11), milliseconds. */
const maxTtlMs = 2 ** 32 - 1

export const command = defineCommand({
  name: 'grasp flood',
  summary: 'flood the value of an objective on the links',
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
    ttl: { type: 'duration', value: 'TIME', default: '1m', description: 'how long it is valid, at most 49d' },
  },
  async run({ values, words, terminal }) {
    const [name = '', text = ''] = words
    const [{ showAddresses, withLinks }, { anyObjective, valueOfJson }] = await Promise.all([
      import('../grasp/links.ts'),
      import('../grasp/any-value.ts'),
    ])
    const ttlMs = Math.max(1, Math.round(values.ttl * 1000)) // 0 would mean forever
    if (ttlMs > maxTtlMs)
      throw new Failure(exitCode.usage, '--ttl must be at most 49d, the largest that a message can carry')
    const value = valueOfJson(text)
    const type = anyObjective(name)
    const report = (line: string): void => terminal.err(`${line}\n`)
    const flooded = await withLinks(values, [name], report, async (links) => {
      const deadline = performance.now() + patience.up
      while (links.some(({ instance }) => instance.interfaces.length === 0) && performance.now() < deadline) {
        await pause(10)
      }
      const asked = links.flatMap((grasp) => grasp.instance.interfaces.map((link) => ({ grasp, link })))
      for (const grasp of links) {
        const agent = grasp.agent('flood')
        agent.register(type)
        agent.flood(type, value, { ttlMs })
      }
      await pause(patience.out)
      return asked
        .filter(({ grasp, link }) => grasp.multicastProblem(link) === undefined)
        .map(({ grasp, link }) => grasp.linkName(link) ?? String(link))
    })
    if (flooded.length === 0) {
      throw new Failure(exitCode.failed, 'nothing was flooded: no interface could send', showAddresses)
    }
    const record = { objective: name, interfaces: flooded }
    terminal.out(values.json ? `${JSON.stringify(record)}\n` : `flooded on ${flooded.join(', ')}\n`)
    return exitCode.ok
  },
})

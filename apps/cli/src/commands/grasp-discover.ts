/** `vagus grasp discover`: finds who serves an objective on this machine's links. @module */
import type { Grasp } from '@vagus/asa'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { linkOptions } from '../grasp/options.ts'
import { printable } from '../table.ts'

export const command = defineCommand({
  name: 'grasp discover',
  summary: 'find who serves an objective on the links',
  effect: 'ro',
  examples: [
    { line: 'vagus grasp discover vagus.example:AgentCap', does: 'agents on the same links' },
    { line: 'vagus grasp discover EX1 --plain --json', does: 'also behind relays, one JSON object per answer' },
  ],
  arguments: [{ name: 'OBJECTIVE', description: 'its name, such as AN_Proxy', presence: 'required' }],
  options: {
    ...linkOptions,
    timeout: { type: 'duration', value: 'TIME', default: '1s', description: 'how long to wait for answers' },
  },
  async run({ values, words, terminal, signal }) {
    const [name = ''] = words
    const [{ locatorText, withLinks }, { anyObjective }] = await Promise.all([
      import('../grasp/links.ts'),
      import('../grasp/any-value.ts'),
    ])
    let found = 0
    const ask = async (grasp: Grasp): Promise<void> => {
      const options = { timeoutMs: values.timeout * 1000, signal }
      for await (const one of grasp.agent('discover').discover(anyObjective(name), options)) {
        found++
        const link = one.interface === undefined ? undefined : grasp.linkName(one.interface)
        const locator = locatorText(one.locator, link)
        const record = { objective: name, locator, interface: link ?? null, from: one.from }
        const text = `${printable(locator)}  ${terminal.paint.faint(`on ${link ?? '?'}, from ${one.from}`)}`
        terminal.out(`${values.json ? JSON.stringify(record) : text}\n`)
      }
    }
    const report = (line: string): void => terminal.err(`${line}\n`)
    await withLinks(values, [name], report, async (links) => {
      const asked = await Promise.allSettled(links.map(ask))
      signal.throwIfAborted()
      for (const one of asked) {
        if (one.status === 'rejected' && (one.reason as { code?: unknown }).code !== 'noDiscReply') throw one.reason
      }
    })
    if (found === 0) {
      const fix = 'wait longer: --timeout 5s · all agents: vagus grasp watch'
      throw new Failure(exitCode.failed, `nobody answered for ${name}`, fix)
    }
    return exitCode.ok
  },
})

/** `vagus config check`: whether `vagus.yaml` is valid, with the line of each problem. @module */
import { defineCommand } from '../command.ts'
import { configOf, configOptions } from '../config-options.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf } from '../format.ts'

export const command = defineCommand({
  name: 'config check',
  summary: 'check vagus.yaml, with the line of each problem',
  effect: 'ro',
  examples: [
    { line: 'vagus config check', does: './vagus.yaml' },
    { line: 'vagus config check /etc/vagus/vagus.yaml', does: 'another file' },
  ],
  arguments: [{ name: 'FILE', description: 'the file to check, same as --config', presence: 'optional' }],
  options: { ...configOptions, ...jsonOption },
  async run({ values, words: [named], environment, terminal }) {
    if (named !== undefined && values.config !== undefined) {
      const what = `only one file can be checked at a time, got ${values.config} (--config) and ${named}`
      throw new Failure(exitCode.usage, what, `vagus config check ${named}`)
    }
    const { config, file, home } = await configOf({ ...values, config: named ?? values.config }, environment)
    const { devices, sites, links, applications } = config
    const counts = {
      devices: devices.length,
      sites: sites.length,
      links: links.length,
      applications: applications.length,
    }
    if (values.json) {
      const resource = { apiVersion: 'vagus/v1', kind: 'ConfigCheck', ok: true, file: file ?? null, home, ...counts }
      terminal.out(`${JSON.stringify(resource, null, 2)}\n`)
    } else {
      const described = Object.entries(counts).map(([what, count]) => countOf(count, what.slice(0, -1)))
      terminal.out(`${file ?? 'defaults only (no file found)'}: ok · ${described.join(' · ')} · state in ${home}\n`)
    }
    return exitCode.ok
  },
})

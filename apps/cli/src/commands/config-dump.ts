/** `vagus config dump`: the configuration in effect, with where each value came from. @module */
import { defineCommand } from '../command.ts'
import { configOf, configOptions } from '../config-options.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { resourceText } from '../json.ts'

export const command = defineCommand({
  name: 'config dump',
  summary: 'the configuration in effect, and where it came from',
  effect: 'ro',
  examples: [
    { line: 'vagus config dump', does: 'as vagus.yaml, with the origin of each value as a comment' },
    { line: 'VAGUS_LISTEN=unix:/run/v.sock vagus config dump --json', does: 'for programs' },
  ],
  options: { ...configOptions, ...jsonOption },
  async run({ values, environment, terminal }) {
    const { config, origins } = await configOf(values, environment)
    if (values.json) terminal.out(resourceText('Config', { config }))
    else terminal.out(`${yamlLines(config, origins, '').join('\n')}\n`)
    return exitCode.ok
  },
})

/**
 * YAML whose values are JSON, which is valid YAML: it can be read back and needs no YAML writer.
 * `origins` names the values that are not defaults.
 */
export function yamlLines(value: object, origins: ReadonlyMap<string, string>, prefix: string): string[] {
  const indent = '  '.repeat(prefix === '' ? 0 : prefix.split('.').length - 1)
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (inner === undefined) return []
    const key = `${prefix}${name}`
    const origin = `  # ${origins.get(key) ?? 'default'}`
    if (Array.isArray(inner) && inner.some((each) => typeof each === 'object'))
      return [`${indent}${name}:${origin}`, ...inner.map((each) => `${indent}  - ${JSON.stringify(each)}`)]
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0)
      return [`${indent}${name}:`, ...yamlLines(inner, origins, `${key}.`)]
    return [`${indent}${name}: ${JSON.stringify(inner)}${origin}`]
  })
}

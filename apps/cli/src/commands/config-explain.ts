/** `vagus config explain KEY`: what a key of `vagus.yaml` means, its valid values, and its value now. @module */
import type { KeyExplanation } from '@vagus/controller'
import { defineCommand } from '../command.ts'
import { configOf, configOptions, deviceOption } from '../config-options.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { nearestOf } from '@vagus/api/nearest'
import { resourceText } from '../json.ts'
import { wrapped } from '../wrap.ts'

export const command = defineCommand({
  name: 'config explain',
  summary: 'what a key of vagus.yaml or device.yaml means',
  effect: 'ro',
  examples: [
    { line: 'vagus config explain flow.silentAfter', does: 'one key' },
    { line: 'vagus config explain devices.interfaces', does: 'a key with keys below it' },
    { line: 'vagus config explain', does: 'all keys' },
    { line: 'vagus config explain --device router-at', does: 'a key of the file of "vagus device -c"' },
  ],
  arguments: [{ name: 'KEY', description: 'names joined by dots, such as flow.listen', presence: 'optional' }],
  options: { ...configOptions, ...deviceOption, ...jsonOption },
  async run({ values, words: [key], environment, terminal }) {
    if (values.device) {
      const { explainedOptions } = await import('../device-check.ts')
      const keys = explainedOptions(key)
      if (values.json)
        terminal.out(key === undefined ? resourceText('ConfigKeyList', { keys }) : resourceText('ConfigKey', keys[0]!))
      else if (key === undefined)
        for (const { key: name, description } of keys)
          terminal.out(`${hanging(name.padEnd(20), description, terminal.columns)}\n`)
      else terminal.out(explanationText(keys[0]!, terminal.columns))
      return exitCode.ok
    }
    const { explainKey } = await import('@vagus/controller')
    const known = await configKeys()
    // The meaning holds without a readable file; `config check` reports that problem.
    const loaded = await configOf(values, environment).catch(() => undefined)
    if (key === undefined) {
      const all = known.map((each) => explainKey(each, loaded)!)
      if (values.json) terminal.out(resourceText('ConfigKeyList', { keys: all }))
      else
        for (const { key, description, type } of all)
          terminal.out(`${hanging(key.padEnd(28), description || type, terminal.columns)}\n`)
      return exitCode.ok
    }
    const found = explainKey(key, loaded)
    if (found === undefined) {
      const near = nearestOf(key, known) ?? known.find((each) => each.split('.').at(-1) === key)
      throw new Failure(
        exitCode.usage,
        `vagus.yaml has no key "${key}"`,
        near === undefined ? 'all keys: vagus config explain' : `did you mean: vagus config explain ${near}`,
      )
    }
    const explained = { ...found, origin: loaded === undefined ? undefined : originOf(found, loaded.origins) }
    const below = found.keys.flatMap((each) => explainKey(each, loaded) ?? [])
    terminal.out(
      values.json ? resourceText('ConfigKey', explained) : explanationText(explained, terminal.columns, below),
    )
    return exitCode.ok
  },
})

/** The origin of the value; for a key with keys below it, those that are not defaults. */
export function originOf({ key, origin }: KeyExplanation, origins: ReadonlyMap<string, string>): string | undefined {
  const below = [...origins].filter(([each]) => each.startsWith(`${key}.`))
  if (below.length === 0) return origin
  return [...below.map(([each, from]) => `${each}: ${from}`), 'all else: default'].join('; ')
}

/** `label` with `text` beside it; further lines are indented to the first. */
function hanging(label: string, text: string, columns: number): string {
  return label + wrapped(text, columns - label.length).join(`\n${' '.repeat(label.length)}`)
}

/**
 * One fact per line; unknown facts are left out.
 * @param below the keys below it: what has keys is understood by these
 */
export function explanationText(
  explained: KeyExplanation,
  columns: number,
  below: readonly Pick<KeyExplanation, 'key' | 'description' | 'type' | 'required'>[] = [],
): string {
  const { key, description, type, environment, value, origin, keys } = explained
  const width = Math.max(...below.map((one) => one.key.length)) + 2
  const plain = (thing: unknown): string => (typeof thing === 'string' ? thing : JSON.stringify(thing))
  const counted = Array.isArray(value) && value.some((each) => typeof each === 'object')
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['is', description || undefined],
    ['may be', type],
    [
      'default',
      explained.required
        ? 'none: it is required'
        : explained.default === undefined || keys.length > 0
          ? undefined
          : plain(explained.default),
    ],
    ['now', value === undefined ? undefined : `${counted ? `${value.length} entries` : plain(value)} (${origin})`],
    ['set by', environment === undefined ? undefined : `${key} in vagus.yaml, or ${environment}`],
  ]
  const shown = lines.flatMap(([name, text]) =>
    text === undefined ? [] : [hanging(`  ${name.padEnd(10)}`, text, columns)],
  )
  const inner = below.map((one) => {
    const required = one.required ? 'required: ' : ''
    return hanging(`  ${one.key.padEnd(width)}`, `${required}${one.description || one.type}`, columns)
  })
  return `${[key, ...shown, ...(inner.length === 0 ? [] : ['', ...inner])].join('\n')}\n`
}

/** Every key that may be written, parents before children. */
export async function configKeys(): Promise<readonly string[]> {
  const { configJsonSchema } = await import('@vagus/api')
  type Schema = ReturnType<typeof configJsonSchema>
  const below = (schema: Schema, prefix: string): string[] => {
    const object = schema.items?.properties === undefined ? schema : schema.items
    return Object.entries(object.properties ?? {}).flatMap(([name, inner]) => [
      `${prefix}${name}`,
      ...below(inner, `${prefix}${name}.`),
    ])
  }
  return below(configJsonSchema(), '')
}

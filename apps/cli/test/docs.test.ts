import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { explainKey, loadConfigText } from '@vagus/controller'
import { cheats } from '../src/cheats.ts'
import { configKeys } from '../src/commands/config-explain.ts'
import { yamlLines } from '../src/commands/config-dump.ts'

const page = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const configuration = page('50-configuration.md')
const quickStart = page('10-quick-start.md')
const keys = await configKeys()

describe('docs/50-configuration.md', () => {
  for (const key of keys)
    test(`has a row for ${key}, with the default and the variable that the schema gives it`, () => {
      const row = configuration.split('\n').find((line) => line.startsWith(`| \`${key}\` `))
      assert.ok(row !== undefined, `no row for ${key}`)
      const { default: value, environment, keys: below } = explainKey(key)!
      if (environment !== undefined) assert.ok(row.includes(`\`${environment}\``), row)
      if (value === undefined || below.length > 0) return
      for (const each of [value].flat() as unknown[] as (string | number)[])
        assert.ok(row.includes(`\`${each}\``), `default ${each}: ${row}`)
    })
  test('has no row for a key that is not there', () => {
    for (const [, key] of configuration.matchAll(/^\| `([\w.]+)` +\|/gm)) assert.ok(keys.includes(key!), key)
  })
  test('shows a whole file that is accepted', () => {
    const [, yaml] = /```yaml\n([^]*?)```/.exec(configuration)!
    assert.equal(loadConfigText(yaml!, { environment: {} }).config.devices.length, 2)
  })
})

describe('docs/10-quick-start.md', () => {
  for (const { topic, text } of cheats) {
    const [, code] = new RegExp(`<!-- cheat: ${topic} -->\n\`\`\`\\w+\n([^]*?)\`\`\``).exec(quickStart) ?? []
    if (code === undefined) continue
    test(`shows the same lines as vagus cheat ${topic}`, () => {
      const lines = code.split('\n').filter((line) => line !== '' && !line.includes('# '))
      for (const line of lines)
        assert.ok(
          text.split('\n').some((each) => each.trim() === line.trim()),
          line,
        )
    })
  }
  test('shows all four kinds of router', () => assert.equal([...quickStart.matchAll(/<!-- cheat: /g)].length, 4))
})

describe('vagus cheat config', () => {
  const { text } = cheats.find(({ topic }) => topic === 'config')!
  const { config, origins } = loadConfigText(text, { environment: {} })
  test('is accepted as it stands', () => assert.equal(config.devices[0]?.name, 'edge-1'))
  test('comes back the same from vagus config dump', () => {
    const dumped = yamlLines(config, origins, '').join('\n')
    assert.deepEqual(loadConfigText(dumped, { environment: {} }).config, config)
    assert.match(dumped, /^ {2}silentAfter: "30s" {2}# default$/m)
    assert.match(dumped, /^domain: "example" {2}# vagus.yaml$/m)
  })
})

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { configSchema } from '@vagus/api'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../../../..')
const keys = Object.keys(configSchema.shape).join('|')
const inText = new RegExp(`\`((?:${keys}): [^\`\\n]+)\``, 'g')
const snippets = globSync('docs/*.md', { cwd: root }).flatMap((path) => {
  const text = readFileSync(join(root, path), 'utf8')
  const found = [...text.matchAll(/```yaml\n([^]*?)```/g), ...text.matchAll(inText)]
  return found.map(([, yaml]) => ({ path, yaml: yaml! }))
})

test('there are parts of vagus.yaml in the pages', () => assert.ok(snippets.length >= 2))
for (const { path, yaml } of snippets)
  test(`${path} shows what vagus.yaml may have: ${yaml.split('\n')[0]}`, () =>
    assert.deepEqual(configSchema.safeParse(parse(yaml)).error?.issues, undefined))

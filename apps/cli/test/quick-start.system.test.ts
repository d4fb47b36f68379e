/** Commands that people and scripts type often load what they use, and no more: loading takes longer than their work. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'

const home = mkdtempSync(join(tmpdir(), 'vagus-quick-'))
after(() => rmSync(home, { recursive: true }))
const main = resolve(import.meta.dirname, '../src/main.ts')

/** Prints the URL of each file that is loaded, behind a mark. */
const told = `import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
registerHooks({ load(url, context, next) { writeSync(2, '\\nloaded ' + url + '\\n'); return next(url, context) } })`

function loadedBy(words: readonly string[]): readonly string[] {
  const told64 = `data:text/javascript;base64,${Buffer.from(told).toString('base64')}`
  const { stderr } = spawnSync(process.execPath, ['--import', told64, main, ...words], {
    encoding: 'utf8',
    env: { ...process.env, VAGUS_HOME: home },
  })
  return [...stderr.matchAll(/^loaded (file:.*)$/gm)].map(([, url]) => url!)
}

const scenarios = /\/packages\/(channel|agent|router|bgp)\/|\/node_modules\/(zod|yaml|@a2a-js|@modelcontextprotocol)\//
const sessions = /\/packages\/(channel|agent)\/src\/index\.ts|\/node_modules\/ws\//

describe('a command loads no more than it uses', () => {
  for (const [words, without] of [
    ['lab ls', scenarios],
    ['lab down', scenarios],
    ['lab shell pe-1 -- true', scenarios],
    ['lab fault fill-disk', scenarios],
    ['id new writer', sessions],
    ['id show', sessions],
    ['roster show', sessions],
    ['audit verify nowhere', sessions],
  ] as const)
    test(`vagus ${words}`, () => {
      const loaded = loadedBy(words.split(' '))
      assert.ok(loaded.some((url) => url.includes(`/commands/${words.split(' ').slice(0, 2).join('-')}.ts`)))
      assert.deepEqual(
        loaded.filter((url) => without.test(url)),
        [],
      )
    })
})

/** Examples of READMEs that are whole programs run as they stand. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const programs = [
  { folder: 'packages/address', blocks: 1 },
  { folder: 'packages/wire', blocks: 3 },
  { folder: 'packages/bgp', blocks: 1 },
  { folder: 'packages/flow', blocks: 1 },
  { folder: 'packages/grasp', blocks: 1 },
  { folder: 'packages/netconf', blocks: 1 },
  { folder: 'packages/mls', blocks: 1 },
  { folder: 'packages/analytics', blocks: 1 },
  { folder: 'packages/steering', blocks: 1 },
  { folder: 'packages/line', blocks: 1 },
  { folder: 'packages/agent', blocks: 1 },
  { folder: 'apps/sidecar', blocks: 1 },
] as const

for (const { folder, blocks } of programs)
  test(`the example of ${folder}/README.md runs`, (t) => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-readme-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const text = readFileSync(`${folder}/README.md`, 'utf8')
    const found = [...text.matchAll(/```ts\n([^]*?)```/g)].slice(0, blocks)
    assert.equal(found.length, blocks)
    for (const [, code] of found) {
      const words = ['--input-type=module-typescript', '--eval', code!]
      const { status, stderr } = spawnSync(process.execPath, words, {
        env: { ...process.env, HOME: home },
        encoding: 'utf8',
        timeout: 60_000,
      })
      assert.equal(status, 0, stderr)
    }
  })

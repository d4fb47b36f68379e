/** The kernel's part of lines in a namespace of its own, while packets are turned from one path to another. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { needs } from '../../../../scripts/needs.ts'

test('a part is made although packets of another line are turned meanwhile', { skip: needs('netns') }, async () => {
  const program = `import { execFileSync } from 'node:child_process'
    import { parsePrefix } from '@vagus/address'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { LineKernel } from ${JSON.stringify(import.meta.resolve('../../src/lines/line-kernel.ts'))}
    execFileSync('ip', ['link', 'set', 'lo', 'up'])
    const clock = { now: Date.now, after: () => () => undefined }
    const kernel = new LineKernel({ block: parsePrefix('fd00:c::/32'), capacities: new Map(), clock, report: console.error })
    const wanted = (path, address) => ({
      routes: [],
      rules: [{ type: 'from', interface: 'eth3', from: '10.1.0.0/16', table: 20000 + path }],
      addresses: ['fd00:c:1:' + address + '::a'],
      classes: new Map(),
    })
    const began = Date.now()
    await kernel.bring(wanted(1, 1))
    const lasts = Date.now() - began
    const problems = []
    const tries = 12
    for (let at = 0; at < tries; at++) {
      const making = kernel.bring(wanted(1, at + 2)).catch((error) => problems.push(error.message))
      await sleep((lasts * at) / tries)
      await kernel.bring(wanted(2, at + 2)).catch((error) => problems.push(error.message))
      await making
    }
    console.log(JSON.stringify({ problems, rules: execFileSync('ip', ['-N', 'rule'], { encoding: 'utf8' }) }))`
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['-Urn', process.execPath, '--input-type=module', '-e', program],
    { cwd: import.meta.dirname },
  )
  const { problems, rules } = JSON.parse(stdout) as { readonly problems: readonly string[]; readonly rules: string }
  assert.deepEqual(problems, [])
  assert.deepEqual(rules.split('\n').filter((rule) => rule.includes('20086:')).length, 1, rules)
  assert.match(rules, /lookup 20002/)
})

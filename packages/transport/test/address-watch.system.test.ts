import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test(
  'an address that comes, one that goes and an interface that goes down are told at once, nothing else is',
  {
    skip: needs('netns'),
  },
  () => {
    const program = `import { execFileSync } from 'node:child_process'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { watchAddresses } from '@vagus/transport'
    const ip = (...words) => execFileSync('ip', words)
    ip('link', 'set', 'dev', 'lo', 'up')
    let count = 0
    const stop = watchAddresses(() => count++)
    const seen = async () => {
      await sleep(200)
      const before = count
      count = 0
      return before > 0
    }
    const told = [await seen()]
    ip('addr', 'add', '192.0.2.7/32', 'dev', 'lo')
    told.push(await seen())
    ip('addr', 'del', '192.0.2.7/32', 'dev', 'lo')
    told.push(await seen(), await seen())
    ip('link', 'set', 'dev', 'lo', 'down')
    told.push(await seen())
    stop()
    ip('link', 'set', 'dev', 'lo', 'up')
    told.push(await seen())
    console.log(told.join(' '))`
    const output = execFileSync('unshare', ['-Urn', process.execPath, '--input-type=module', '-e', program], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    })
    assert.equal(output.trim(), 'false true true false true false')
  },
)

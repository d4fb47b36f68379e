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
      routes: [{ to: 'fd00:c:1:' + address + '::a/128', table: 20000, interface: 'lo', how: { type: 'local' } }],
      rules: [{ type: 'from', interface: 'eth3', from: '10.1.0.0/16', table: 20000 + path }],
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

test(
  'the end of a path answers probes at an address of no interface, which no daemon can announce',
  { skip: needs('netns') },
  async () => {
    const program = `import { execFileSync } from 'node:child_process'
    import { once } from 'node:events'
    import { createSocket } from 'node:dgram'
    import { parsePrefix } from '@vagus/address'
    import { openTimedSocket } from '@vagus/linux'
    import { LineKernel } from ${JSON.stringify(import.meta.resolve('../../src/lines/line-kernel.ts'))}
    import { wantedOf } from ${JSON.stringify(import.meta.resolve('../../src/lines/wanted.ts'))}
    const ip = (...words) => execFileSync('ip', words, { encoding: 'utf8' })
    ip('link', 'set', 'lo', 'up')
    ip('-6', 'address', 'add', 'fd00:c:1:9::a/128', 'dev', 'lo', 'nodad') // of an agent of before
    const clock = { now: Date.now, after: () => () => undefined }
    const kernel = new LineKernel({ block: parsePrefix('fd00:c::/32'), capacities: new Map(), clock, report: console.error })
    const end = { locator: 'fd00:c:1:7::/64', remote: 'fd00:c:2:7::/64', interface: 'eth3' }
    const hold = { number: 7, planId: 'p', part: { type: 'hold', transmits: [{ interface: 'eth1', towards: 'fd00:c:2:7::/64', bitsPerSecond: 1 }], end } }
    const whole = wantedOf([hold], 'fd00:c::/32', () => 'answers')
    const wanted = { ...whole, routes: whole.routes.filter((one) => one.interface === 'lo') } // no links here
    await kernel.bring(wanted)
    await kernel.sweep()
    const { fd } = openTimedSocket('fd00:c:1:7::a', 862)
    const reflector = createSocket('udp6')
    reflector.bind({ fd })
    const came = once(reflector, 'message')
    createSocket('udp6').send('probe', 862, 'fd00:c:1:7::a')
    const [octets] = await came
    console.log(JSON.stringify({ octets: String(octets), loopback: ip('-6', '-o', 'address', 'show', 'dev', 'lo') }))
    process.exit(0)`
    const { stdout } = await promisify(execFile)(
      'unshare',
      ['-Urn', process.execPath, '--input-type=module', '-e', program],
      { cwd: import.meta.dirname, timeout: 60_000 },
    )
    const { octets, loopback } = JSON.parse(stdout) as { readonly octets: string; readonly loopback: string }
    assert.equal(octets, 'probe')
    assert.doesNotMatch(loopback, /fd00:c/)
  },
)

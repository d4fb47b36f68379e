import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { readInterfaceCounters } from '../src/index.ts'

test('the counters of the loopback interface are those of /proc/net/dev', () => {
  const octetsIn = (): bigint => BigInt(/^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'))![1]!)
  const before = octetsIn()
  const lo = readInterfaceCounters().find(({ name }) => name === 'lo')
  const after = octetsIn()
  assert.ok(lo !== undefined && lo.inOctets >= before && lo.inOctets <= after, `${lo?.inOctets} in ${before}..${after}`)
  assert.equal(lo.index, 1)
})

test('the interfaces are those of the namespace, whatever /sys shows', { skip: needs('netns') }, () => {
  const script = `exec unshare -Urn sh -ec '
    ip link add name left type veth peer name right && ip link set dev left up && ip link set dev right up
    "$NODE" --input-type=module -e "$PROGRAM"'`
  const program = `import { readInterfaceCounters } from '@vagus/linux'
    const found = readInterfaceCounters().map(({ name, admin, oper, speed }) => ({ name, admin, oper, speed }))
    console.log(JSON.stringify(found))`
  const output = execFileSync('sh', ['-c', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, NODE: process.execPath, PROGRAM: program },
    encoding: 'utf8',
  })
  const speed = 10_000_000_000
  assert.deepEqual(
    (JSON.parse(output) as { name: string }[]).sort((a, b) => a.name.localeCompare(b.name)),
    [
      { name: 'left', admin: 'up', oper: 'up', speed },
      { name: 'lo', admin: 'down', oper: 'down', speed: 0 },
      { name: 'right', admin: 'up', oper: 'up', speed },
    ],
  )
})

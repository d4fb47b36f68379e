/** `vagus grasp` on links of the test's own. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { type Ended, ended, launcher } from './started.ts'

const skip = needs('netns')
/** A link between two interfaces of one namespace, with addresses that are valid at once. */
const link = [
  'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad',
  'ip link add left type veth peer name right',
  'ip link set left up',
  'ip link set right up',
  'until ip -6 address show left | grep -q fe80; do sleep 0.1; done',
].join(' && ')

/** Runs a script in a namespace of its own, once `setUp` is done; killed when it does not end by itself. */
function start(args: readonly string[], setUp = link): ChildProcess {
  const words = ['-Urnm', 'sh', '-c', `${setUp} && exec "$@"`, 'sh', process.execPath, ...args]
  const env = { ...process.env, NO_COLOR: '1' }
  return spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000, killSignal: 'SIGKILL', env })
}
const vagus = (args: readonly string[], setUp = link): Promise<Ended> => ended(start([launcher, ...args], setUp))

describe('what cannot be sent as it was typed ends the command with 2', { skip }, () => {
  for (const { name, args, says } of [
    { name: 'a ttl that no message can say', args: ['flood', 'EX1', '42', '--ttl', '60d'], says: /at most 49d/ },
    { name: 'a value that fits no multicast', args: ['flood', 'EX1', `"${'x'.repeat(1300)}"`], says: /1232 fit/ },
    { name: 'half a character', args: ['flood', 'EX1', String.raw`"\ud800"`], says: /as CBOR/ },
    { name: 'a long name', args: ['flood', 'x'.repeat(256), '1'], says: /1\.\.255 characters, got 256/ },
    { name: 'no name', args: ['flood', '', '1'], says: /1\.\.255 characters, got 0/ },
    { name: 'a long name to discover', args: ['discover', 'x'.repeat(256)], says: /1\.\.255 characters, got 256/ },
    { name: 'no name to discover', args: ['discover', ''], says: /1\.\.255 characters, got 0/ },
  ]) {
    test(name, async () => {
      const { exit, err } = await vagus(['grasp', ...args])
      assert.match(err, says)
      assert.doesNotMatch(err, /defect/)
      assert.equal(exit, 2)
    })
  }
})

test('vagus grasp watch ends when it is asked to', { skip }, async () => {
  const child = start([launcher, 'grasp', 'watch'])
  child.stderr!.once('data', () => child.kill('SIGTERM'))
  assert.equal((await ended(child)).exit, 130)
})

test('what strangers flood is shown on one line and moves no cursor', { skip }, async () => {
  const { out } = await ended(start([join(import.meta.dirname, 'fixtures/grasp-stranger.ts')]))
  assert.equal(out, 'EX1  "\\u001b[2J\\n\\u0007?31m?"  on left, http://x/?[2J???31m?\n')
})

describe('vagus grasp flood', { skip }, () => {
  test('says on which interfaces it could send', async () => {
    const { exit, out } = await vagus(['grasp', 'flood', 'EX1', '42', '--json'])
    const { objective, interfaces } = JSON.parse(out) as { objective: string; interfaces: string[] }
    assert.deepEqual([objective, ...interfaces.sort()], ['EX1', 'left', 'right'])
    assert.equal(exit, 0)
  })

  test('fails when it could on none: addresses are still being checked', async () => {
    const checking = 'for one in left right; do echo 100 > /proc/sys/net/ipv6/conf/$one/dad_transmits; done'
    const setUp = link.replace('echo 0 >', 'echo 1 >').replace(' && ip link set left up', ` && ${checking}$&`)
    const { exit, out, err } = await vagus(['grasp', 'flood', 'EX1', '42'], setUp)
    assert.match(err, /nothing was flooded: no interface could send/)
    assert.equal(out, '')
    assert.equal(exit, 1)
  })

  test('says that no interface has an address it needs', async () => {
    const { exit, err } = await vagus(['grasp', 'flood', 'EX1', '42'], 'true')
    assert.match(err, /no interface here has a link-local IPv6 address/)
    assert.equal(exit, 3)
  })
})

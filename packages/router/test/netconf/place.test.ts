/** What ssh is told, and what it is never told. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sshWords } from '../../src/netconf/place.ts'
import { sshFailure } from '../../src/netconf/ssh-failure.ts'

const place = { host: 'r1.example.net', port: 830 }

test('ssh asks nobody, trusts no unknown key, and takes the subsystem netconf', () => {
  const words = sshWords({ ...place, user: 'vagus', sshConfig: '/etc/vagus/ssh' }, 1500)
  assert.deepEqual(words.slice(words.indexOf('-p')), [
    '-p',
    '830',
    '-F',
    '/etc/vagus/ssh',
    '-l',
    'vagus',
    '-s',
    '--',
    'r1.example.net',
    'netconf',
  ])
  const options = words.slice(0, words.indexOf('-p')).join(' ')
  assert.match(options, /^-T -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=2 /)
})

describe('what is not a place', () => {
  const faults: readonly (readonly [string, Parameters<typeof sshWords>[0]])[] = [
    ['an option as host', { ...place, host: '-oProxyCommand=id' }],
    ['a host with a blank', { ...place, host: 'r1 -v' }],
    ['a host with a user', { ...place, host: 'root@r1' }],
    ['a host with a command of a shell', { ...place, host: 'r1;id' }],
    ['a host with a line break', { ...place, host: 'r1\n' }],
    ['no host', { ...place, host: '' }],
    ['an option as user', { ...place, user: '-v' }],
    ['a user with a command of a shell', { ...place, user: '`id`' }],
    ['port 0', { ...place, port: 0 }],
    ['a port with a fraction', { ...place, port: 830.5 }],
    ['a file with a line break', { ...place, sshConfig: 'a\nb' }],
  ]
  for (const [name, fault] of faults) test(name, () => assert.throws(() => sshWords(fault, 1000), RangeError))

  test('addresses of IPv6, also with an interface, are hosts', () => {
    assert.ok(sshWords({ ...place, host: '::1' }, 1000).includes('::1'))
    assert.ok(sshWords({ ...place, host: 'fe80::1%eth0' }, 1000).includes('fe80::1%eth0'))
  })
})

test('what ssh says that no test here brings about has its advice, too', () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ['ssh: connect to host r1 port 830: No route to host', /look at the route to it/],
    ['Received disconnect from 192.0.2.1 port 830:2: Too many authentication failures', /IdentitiesOnly/],
    ['client_loop: send disconnect: Broken pipe', /ended the session \(ssh: client_loop/],
  ]
  for (const [said, advice] of rows) assert.match(sshFailure(place, said, 'open').message, advice)
})

test("a server's control characters do not reach a terminal", () =>
  assert.match(sshFailure(place, 'a\u001B[2Jb\u009Bc', 'open').message, /\(ssh: a \[2Jb c\)$/))

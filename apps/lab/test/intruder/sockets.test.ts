import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEverywhere, listeningIn, newSockets } from '../../src/intruder/sockets.ts'

const text = `udp UNCONN 0 0    10.255.0.1:2055  0.0.0.0:* users:(("MainThread",pid=125,fd=35))
udp UNCONN 0 0             *:39189           *:* users:(("MainThread",pid=125,fd=43))
udp UNCONN 0 0  [ff02::13]%eth1:7017         *:* users:(("MainThread",pid=125,fd=51))
tcp LISTEN 0 511   127.0.0.1:7600    0.0.0.0:* users:(("MainThread",pid=217,fd=32))
tcp LISTEN 0 511       [::1]:7600       [::]:* users:(("MainThread",pid=217,fd=33))
tcp LISTEN 0 511     0.0.0.0:7601    0.0.0.0:* users:(("MainThread",pid=217,fd=28))
tcp LISTEN 0 128        [::]:179        [::]:* users:(("bgpd",pid=87,fd=20))
`

test('what others can reach is listed, with who has it: nothing of loopback, nothing of multicast', () => {
  assert.deepEqual(listeningIn(text), [
    { protocol: 'udp', address: '10.255.0.1', port: 2055, owner: 'vagus' },
    { protocol: 'udp', address: 'any', port: 39_189, owner: 'vagus' },
    { protocol: 'tcp', address: 'any', port: 7601, owner: 'vagus' },
    { protocol: 'tcp', address: 'any', port: 179, owner: 'router' },
  ])
})

test('new sockets are those that were not there, and those on every address are told apart', () => {
  const before = text.split('\n').slice(0, 3).join('\n')
  const found = newSockets(before, text)
  assert.deepEqual(found, ['tcp 127.0.0.1:7600', 'tcp [::1]:7600', 'tcp any:179', 'tcp any:7601'])
  assert.deepEqual(found.filter(isEverywhere), ['tcp any:179', 'tcp any:7601'])
  assert.deepEqual(newSockets(text, text), [])
})

test('lines that are none are left out', () => {
  assert.deepEqual(listeningIn('\nNetid State\nnonsense\ntcp LISTEN 0 1\n'), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOwnAddresses } from '../../src/config/own-addresses.ts'
import { loadConfigText } from '../../src/config/load.ts'

const check = (text: string): Promise<void> => checkOwnAddresses(loadConfigText(text, { environment: {} }))

test('addresses of this host can be listened at, also any of it, and those of a socket in the file system', async () => {
  await check('listen: 0.0.0.0:7600\nflow: { listen: [127.0.0.1:4739, 127.1.2.3:4739] }')
  await check('listen: unix:/run/vagus.sock')
})

test('an address of another host is a mistake in the configuration; the message names those of this one', async () => {
  const text =
    'as: 64512\nlisten: 192.0.2.9:7600\nflow: { listen: [127.0.0.1:4739, 192.0.2.10:4739] }\nbgp: { listen: 192.0.2.10:1790 }\nagent: { listen: [udp://192.0.2.10:7602] }\njoin: { listen: "[fd00::9]:7604", masa: /masa }'
  await assert.rejects(check(text), (error: Error) => {
    const lines = error.message.split('\n')
    assert.equal(error.name, 'ConfigError')
    assert.match(lines[0]!, /^vagus\.yaml: listen: 192\.0\.2\.9 is no address of this host; it has .*127\.0\.0\.1/)
    assert.match(lines[1]!, /^vagus\.yaml: flow\.listen\[1\]: 192\.0\.2\.10 is no address/)
    assert.match(lines[2]!, /^vagus\.yaml: bgp\.listen: 192\.0\.2\.10 is no address/)
    assert.match(lines[3]!, /^vagus\.yaml: join\.listen: fd00::9 is no address/)
    assert.equal(lines.length, 4)
    return true
  })
})

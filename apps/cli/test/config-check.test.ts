import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { exitCode } from '../src/exit-code.ts'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

test('vagus config check reads every file that vagus.yaml names for signing in, for SNMP and for boxes that join', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-check-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'vagus.yaml')
  writeFileSync(join(folder, 'secret'), 'of the client', { mode: 0o644 })
  writeFileSync(
    file,
    `snmp: { user: vagus, secretsFile: ${folder}/none }
devices: [{ name: a, role: edge, address: 192.0.2.1, snmp: {} }]
tls: { cert: ${folder}/c.pem, key: ${folder}/k.pem }
operators: { url: 'https://noc.example', issuer: 'https://id.example', clientId: v, clientSecretFile: ${folder}/secret }
agent: { listen: ['udp://192.0.2.10:7602'] }
join:
  listen: '192.0.2.10:7604'
  api: http://192.0.2.10:7600
  masa: ${folder}/masa
  makers: [{ name: acme, certificates: ${folder}/acme.pem, tls: ${folder}/secret }]
`,
  )
  const around = { ...recorded(200), environment: { VAGUS_HOME: folder } }
  const exit = await run(registry, ['config', 'check', file], around)
  const { out, err } = around.written
  assert.deepEqual([exit, out], [exitCode.usage, ''], err)
  assert.match(err, /6 problems in the configuration/)
  assert.match(err, /vagus\.yaml:1:\d+: snmp\.secretsFile: \S+none /)
  assert.match(err, /vagus\.yaml:3:\d+: tls\.cert: \S+c\.pem does not exist/)
  assert.match(err, /vagus\.yaml:4:\d+: operators\.clientSecretFile: \S+secret has mode 0644/)
  assert.match(
    err,
    /vagus\.yaml:9:\d+: join\.masa: there is no MASA in (\S+) that this user can read; make one: vagus masa new --masa \1$/m,
  )
  assert.match(err, /vagus\.yaml:10:\d+: join\.makers\[0\]\.certificates: \S+acme\.pem does not exist/)
  assert.match(err, /vagus\.yaml:10:\d+: join\.makers\[0\]\.tls: \S+secret: there is no "-----BEGIN CERTIFICATE-----"/)
  assert.match(err, /what the file holds: vagus config explain snmp\.secretsFile\n$/)
  assert.doesNotMatch(err, /of the client/)
})

test('vagus config explain says of a key with keys below it what each of these is, and which are required', async () => {
  const around = recorded(200)
  assert.equal(await run(registry, ['config', 'explain', 'join'], around), exitCode.ok)
  const { out } = around.written
  assert.match(out, /^ {2}join\.listen {2}required: where join proxies reach the registrar/m)
  assert.match(out, /^ {2}join\.accept {2}serial numbers of boxes/m)
})

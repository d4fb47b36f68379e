import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { cheats } from '../src/cheats.ts'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { installUnit } from '../src/service/install.ts'
import { packagedUnits } from '../src/service/packaged.ts'
import { recorded } from './surroundings.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-service-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

async function typed(words: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  const around = recorded(400)
  const exit = await run(registry, ['service', ...words], around)
  return { exit, ...around.written }
}

/** The values of a key of the unit. */
const valuesOf = (unit: string, key: string): string[] =>
  unit.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))

async function unitOf(...words: string[]): Promise<string> {
  const { exit, out, err } = await typed(words)
  assert.equal(exit, 0, err)
  return out
}

function written(t: TestContext, name: string, text: string): string {
  const file = join(folderOf(t), name)
  writeFileSync(file, text)
  return file
}

const sheet = (topic: string): string => cheats.find((each) => each.topic === topic)!.text

describe('a unit', () => {
  test('of a controller may do nothing that its user may not, and reads its file again', async (t) => {
    const file = written(t, 'vagus.yaml', sheet('config'))
    const unit = await unitOf('controller', '--', '-c', file)
    assert.deepEqual(valuesOf(unit, 'CapabilityBoundingSet'), [''])
    assert.deepEqual(valuesOf(unit, 'User'), ['vagus'])
    assert.match(unit, /^ExecStart=\/\S+\/node \/\S+ controller -c \/\S+\/vagus\.yaml$/m)
    assert.equal(valuesOf(unit, 'ExecReload').length, 1)
    assert.deepEqual(valuesOf(unit, 'ConditionFileIsExecutable'), [process.execPath])
  })
  test('has the right to a port of the kernel only where such a port is wanted', async (t) => {
    const bgp = `${sheet('config')}\nbgp: { listen: '192.0.2.10:179' }\n`
    assert.match(
      await unitOf('controller', '--', '-c', written(t, 'v.yaml', bgp)),
      /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m,
    )
    const run = ['run', '--', '--name', 'writer', '--a2a', 'http://127.0.0.1:9000', '--listen']
    assert.match(await unitOf(...run, 'udp://0.0.0.0:443'), /^CapabilityBoundingSet=CAP_NET_BIND_SERVICE$/m)
    assert.match(await unitOf(...run, 'udp://0.0.0.0:7601,tcp://[::]:0'), /^CapabilityBoundingSet=$/m)
    assert.match(await unitOf('relay', '--', '--listen', 'ws://[::1]:80/relay'), /^CapabilityBoundingSet=CAP_NET_BIND/m)
    assert.match(await unitOf('relay'), /^CapabilityBoundingSet=$/m)
    const gateway = ['gateway', '--', '--name', 'door', '--publish', 'calc', '--listen']
    assert.match(await unitOf(...gateway, 'https://0.0.0.0'), /^CapabilityBoundingSet=CAP_NET_BIND_SERVICE$/m)
    assert.match(await unitOf(...gateway, 'http://127.0.0.1:8080'), /^CapabilityBoundingSet=$/m)
  })
  test('of a device has the rights that its router and its lines need', async (t) => {
    const frr = await unitOf('device', '--', '-c', written(t, 'device.yaml', sheet('device')))
    assert.deepEqual(valuesOf(frr, 'SupplementaryGroups'), ['frrvty'])
    assert.deepEqual(valuesOf(frr, 'ExecStartPre'), ['+ip route replace local 169.254.77.2 dev lo'])
    assert.deepEqual(valuesOf(frr, 'CapabilityBoundingSet'), [''])
    assert.match(frr, /^Description=Vagus agent beside the router of edge-1$/m)
    const id = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
    const beside = ['device', '--', '--agent', '192.0.2.1', '--steered-by', id, '--api', 'http://192.0.2.10:7600']
    const lines = ['--lines', 'fd00:c::/32', '--line-links', 'eth1', '--line-sites', '10.0.0.0/8']
    const bird = await unitOf(...beside, '--router', 'bird', '--policy-file', '/etc/bird/vagus.conf', ...lines)
    assert.deepEqual(valuesOf(bird, 'CapabilityBoundingSet'), ['CAP_NET_ADMIN'])
    assert.deepEqual(valuesOf(bird, 'ReadWritePaths'), ['/etc/bird'])
    assert.deepEqual(valuesOf(bird, 'SupplementaryGroups'), ['bird'])
    const services = ['--router', 'frr', '--services', 'eth1', '--services-of', id]
    const served = await unitOf('device', '--', '--agent', '192.0.2.1', '--api', 'http://192.0.2.10:7600', ...services)
    assert.deepEqual(valuesOf(served, 'CapabilityBoundingSet'), ['CAP_NET_ADMIN'])
    const counters = await unitOf('device', '--', '--agent', '192.0.2.1')
    assert.deepEqual(valuesOf(counters, 'ExecStartPre'), [])
  })
  test('gives each word to the command as it was typed', async () => {
    const unit = await unitOf('run', '--', '--name', 'writer', '--', 'node', 'my agent.js', '$HOME', '50%', 'a"b\\c')
    assert.ok(unit.includes(' run --name writer -- node "my agent.js" "$$HOME" 50%% "a\\"b\\\\c"\n'), unit)
  })
  test('is not made of a line that the command would refuse', async (t) => {
    for (const [words, problem] of [
      [['controller'], 'a service finds no file by itself'],
      [['device', '--', '-c', 'device.yaml'], 'a service has no current folder: --config device.yaml'],
      [['device', '--', '--agent', 'x'], '--agent must be an IPv4 or IPv6 address'],
      [['device', '--', '--agnt', 'x'], '"vagus device" has no option "--agnt"'],
      [['run', '--', '--name', 'w', '--home', '/x'], 'the state of services is in /var/lib/vagus/.vagus'],
      [['run', '--', '--a2a', 'http://127.0.0.1:1'], '"vagus run" needs --name NAME'],
      [['gateway', '--', '--name', 'door', '--publish', 'calc'], '"vagus gateway" needs --listen URL'],
      [['relay', '--unit', 'a b'], '"a b" is no name of a unit'],
      [['controller', '--', '-c', written(t, 'v.yaml', 'lisen: x')], ':1:1: lisen: is no key'],
    ] as const) {
      const { exit, err } = await typed(words)
      assert.equal(exit, 2, err)
      assert.ok(err.includes(problem), err)
    }
  })
})

describe('the units of the Debian package', () => {
  const program = ['/usr/lib/vagus/bin/node', '/usr/lib/vagus/bin/vagus.mjs']
  const units = packagedUnits(program)
  const common = (unit: string): readonly string[] =>
    unit
      .split('\n')
      .filter(
        (line) =>
          !/^(ExecStart|ConditionFileIsExecutable|Description|After|\w+Capabilities|CapabilityBoundingSet)=/.test(line),
      )
  test('are those that vagus service makes of files that say nothing special', async (t) => {
    const file = written(t, 'vagus.yaml', sheet('config'))
    const counters = await unitOf('device', '--', '--agent', '192.0.2.1')
    assert.deepEqual(common(units['vagus-controller.service']!), common(await unitOf('controller', '--', '-c', file)))
    assert.deepEqual(common(units['vagus-device.service']!), common(counters))
  })
  test('start the program of the package with its files, a device with the one right that its features need', () => {
    const [controller, device] = [units['vagus-controller.service']!, units['vagus-device.service']!]
    assert.deepEqual(valuesOf(controller, 'ExecStart'), [`${program.join(' ')} controller -c /etc/vagus/vagus.yaml`])
    assert.deepEqual(valuesOf(controller, 'CapabilityBoundingSet'), [''])
    assert.deepEqual(valuesOf(device, 'ExecStart'), [`${program.join(' ')} device -c /etc/vagus/device.yaml`])
    assert.deepEqual(valuesOf(device, 'CapabilityBoundingSet'), ['CAP_NET_ADMIN'])
  })
})

test('what systemd says of every unit: it is right, and little exposed', async (t) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0)
    return t.skip('needs systemd-analyze (as root: apt-get install systemd)')
  const root = folderOf(t)
  const config = written(t, 'vagus.yaml', sheet('config'))
  const device = written(t, 'device.yaml', sheet('device'))
  for (const [unit, ...words] of [
    ['vagus-controller', 'controller', '--', '-c', config],
    ['vagus-device', 'device', '--', '-c', device],
    ['vagus-relay', 'relay'],
    ['vagus-writer', 'run', '--', '--name', 'writer', '--', 'node', '50%'],
  ] as const)
    writeFileSync(join(root, `${unit}.service`), await unitOf(...words))
  const files = globSync(join(root, '*.service'))
  const verified = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' })
  assert.equal(verified.stderr, '')
  const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', ...files], { encoding: 'utf8' })
  const exposures = [...stdout.matchAll(/exposure level for \S+: (\d+\.\d)/g)].map(([, exposure]) => Number(exposure))
  assert.equal(exposures.length, 4, stdout)
  for (const exposure of exposures) assert.ok(exposure > 0 && exposure < 3, stdout)
  return undefined
})

test('a unit is installed with its user, and again only where it changed', (t) => {
  if (spawnSync('systemd-sysusers', ['--version']).status !== 0)
    return t.skip('needs systemd-sysusers (as root: apt-get install systemd)')
  const root = folderOf(t)
  const said: string[] = []
  const install = (text: string): void =>
    installUnit({
      root,
      unit: 'vagus-device',
      text,
      keys: ['/etc/vagus/key', "/etc/vagus/Bob's key"],
      report: (line) => said.push(line),
    })
  for (const text of ['one\n', 'one\n', 'two\n']) install(text)
  const unit = join(root, 'etc/systemd/system/vagus-device.service')
  assert.deepEqual(
    said.filter((line) => line.startsWith(unit)).map((line) => line.slice(unit.length)),
    [': is new', ': is up to date', ': was replaced'],
  )
  assert.equal(readFileSync(unit, 'utf8'), 'two\n')
  assert.equal(statSync(unit).mode & 0o777, 0o644)
  assert.match(readFileSync(join(root, 'etc/passwd'), 'utf8'), /^vagus:.*:\/var\/lib\/vagus:/m)
  assert.ok(said.includes('it reads /etc/vagus/key: chown vagus /etc/vagus/key && chmod 600 /etc/vagus/key'))
  const word = `'/etc/vagus/Bob'\\''s key'`
  assert.ok(said.includes(`it reads /etc/vagus/Bob's key: chown vagus ${word} && chmod 600 ${word}`), said.join('\n'))
  return undefined
})

/**
 * The Debian package as an operator meets it: built, installed by the real dpkg, run as user `vagus`, upgraded over a
 * changed configuration, removed and purged.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { userText } from '../apps/cli/src/service/unit.ts'
import { eventually } from '../scripts/eventually.ts'
import { needs } from '../scripts/needs.ts'
import { partsOf, stageCommand } from '../scripts/packages/command.ts'
import { buildDebian } from '../scripts/packages/debian/build.ts'
import { controllerFile, deviceFile } from '../scripts/packages/debian/configuration.ts'
import { write } from '../scripts/packages/files.ts'
import { foreignDependencies, readWorkspaces } from '../scripts/packages/workspaces.ts'
import { DebianHost, type Ran } from './debian-host.ts'

const skip = needs('dpkg', 'systemd', 'overlay')
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const configuration = '/etc/vagus/vagus.yaml'

/** A later version without the program, in which the examples of the configuration are others. */
function nextVersion(file: string, target: string): string {
  const tree = join(target, 'next')
  const next = join(target, 'vagus_99.0.0.deb')
  const dpkgDeb = (...words: readonly string[]): void => {
    const { status, stderr } = spawnSync('dpkg-deb', words, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  }
  mkdirSync(tree)
  dpkgDeb('--control', file, join(tree, 'DEBIAN'))
  const control = join(tree, 'DEBIAN/control')
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, 'Version: 99.0.0'))
  writeFileSync(join(tree, 'DEBIAN/md5sums'), '')
  write(tree, 'usr/lib/sysusers.d/vagus.conf', userText)
  for (const [name, text] of [
    ['vagus.yaml', controllerFile()],
    ['device.yaml', deviceFile()],
  ] as const)
    write(tree, `etc/vagus/${name}`, `${text}# one more line\n`)
  dpkgDeb('--root-owner-group', '-Znone', '--build', tree, next)
  rmSync(tree, { recursive: true })
  return next
}

describe('the Debian package', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-deb-'))
  const packages = join(folder, 'packages')
  const workspaces = readWorkspaces()
  const parts = partsOf(workspaces)
  let host: DebianHost
  let controller: ChildProcess | undefined
  let first = ''
  let second = ''

  const done = ({ status, stdout, stderr }: Ran): string => {
    assert.equal(status, 0, stderr)
    return stdout
  }
  const sh = (line: string): string => done(host.run('sh', '-c', line))
  const dpkg = (...words: readonly string[]): Ran => host.run('dpkg', '--force-unsafe-io', '--force-confold', ...words)

  before(
    async () => {
      mkdirSync(packages)
      const command = join(folder, 'command')
      await stageCommand(command, workspaces)
      const compression = 'none'
      first = await buildDebian({ command, parts, architecture, aside: folder, target: packages, compression })
      second = nextVersion(first, packages)
      host = await DebianHost.start(packages)
    },
    { timeout: 120_000 },
  )
  after(async () => {
    controller?.kill('SIGKILL')
    await host?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is installed, and then nothing is enabled and nothing runs', () => {
    done(dpkg('--install', inside(first)))
    assert.equal(sh('stat -c "%U:%G %a" /var/lib/vagus'), 'vagus:vagus 700\n')
    assert.equal(sh('ls /etc/systemd/system/*.wants | grep vagus || true'), '')
    assert.equal(sh('tail -qn +2 /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6'), '', 'a listener')
    for (const unit of ['vagus-controller', 'vagus-device'])
      assert.equal(host.run('systemctl', 'is-enabled', unit).stdout, 'disabled\n')
  })

  test('brings a command with the Node of the lock file', () => {
    const { node } = JSON.parse(sh('vagus version --json')) as { node: string }
    assert.equal(node, process.version)
    const { status, stderr } = host.run('vagus', 'status')
    assert.equal(status, 3)
    assert.match(stderr, /^vagus: no controller /)
    const names = Object.keys(foreignDependencies(parts))
    const load = `await Promise.all(${JSON.stringify(names)}.map((name) => import(name)))`
    sh(`cd /usr/lib/vagus/packages/pki && /usr/lib/vagus/bin/node --input-type=module -e '${load}'`)
  })

  test('brings units that systemd understands, and no more rights than named', () => {
    const units = '/usr/lib/systemd/system/vagus-*.service'
    assert.equal(sh(`systemd-analyze verify ${units} 2>&1`), '')
    assert.equal(
      sh(`grep -h ^AmbientCapabilities= ${units}`),
      'AmbientCapabilities=\nAmbientCapabilities=CAP_NET_ADMIN\n',
    )
  })

  test('runs a controller as user vagus, with the configuration that it brings', { timeout: 60_000 }, async () => {
    const [program, ...before] = host.entered
    const asVagus = 'setpriv --reuid vagus --regid vagus --init-groups env HOME=/var/lib/vagus'
    const line = `echo $$ > /run/controller.pid; exec ${asVagus} vagus controller -c ${configuration}`
    controller = spawn(program, [...before, 'sh', '-c', line], { stdio: 'ignore' })
    const isReady = (): boolean => (JSON.parse(sh('vagus status --json')) as { ready: boolean }).ready
    await eventually('the controller is ready', isReady, { every: 200 })
    assert.equal(sh('stat -c %U /var/lib/vagus/.vagus'), 'vagus\n')
    const ofRoot = host.run('vagus', 'join', 'accept', 'BOX-17')
    assert.equal(ofRoot.status, 4)
    const [, fix = ''] = /as user of the service: (runuser .*) ·/.exec(ofRoot.stderr.replaceAll(/\n\s+/g, ' ')) ?? []
    assert.match(host.run('sh', '-c', fix).stderr, /vagus.yaml has no "join"/)
    sh('kill -TERM $(cat /run/controller.pid)')
    await eventually('it has ended', () => controller!.exitCode !== null)
  })

  test('keeps a changed configuration over an upgrade, and brings what is new in one that is not', () => {
    sh(`echo 'domain: metro' >> ${configuration}`)
    done(dpkg('--install', inside(second)))
    assert.equal(sh(`tail -1 ${configuration}`), 'domain: metro\n')
    assert.match(sh(`tail -1 ${configuration}.dpkg-dist`), /one more line/)
    assert.match(sh('tail -1 /etc/vagus/device.yaml'), /one more line/)
  })

  test('leaves configuration and state when it is removed, and nothing when it is purged', () => {
    done(dpkg('--remove', 'vagus'))
    const kept = host.changed()
    assert.ok(kept.includes(configuration.slice(1)) && kept.some((file) => file.startsWith('var/lib/vagus/')))
    assert.deepEqual(
      kept.filter((file) => file.startsWith('usr/')),
      [],
    )
    sh('mkdir /var/lib/vagus/disk && mount -t tmpfs none /var/lib/vagus/disk && touch /var/lib/vagus/disk/of-others')
    done(dpkg('--purge', 'vagus'))
    assert.equal(
      sh('ls /var/lib/vagus /var/lib/vagus/disk'),
      '/var/lib/vagus:\ndisk\n\n/var/lib/vagus/disk:\nof-others\n',
    )
    sh('umount /var/lib/vagus/disk && rmdir /var/lib/vagus/disk /var/lib/vagus')
    const ofTheSystem = /^etc\/(passwd|group|g?shadow|\.pwd\.lock)-?$|^var\/(lib\/dpkg|lib\/systemd|log|cache\/man)\//
    assert.deepEqual(
      host.changed().filter((file) => !ofTheSystem.test(file)),
      [],
    )
  })

  const inside = (file: string): string => join('/packages', file.slice(packages.length))
})

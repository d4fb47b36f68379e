/**
 * The image for containers: built, read by skopeo, and run by runc as its configuration and the manifests of `deploy/` say,
 * with an agent that is killed, loses its address and comes back with its volume.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../scripts/eventually.ts'
import { needs } from '../scripts/needs.ts'
import type { Bill } from '../scripts/packages/bill-of-materials.ts'
import { partsOf, stageCommand } from '../scripts/packages/command.ts'
import { imageBill } from '../scripts/packages/image/bill.ts'
import { buildImage } from '../scripts/packages/image/build.ts'
import { fetchPackages, readPins } from '../scripts/packages/image/debian-packages.ts'
import { readManifest, readWorkspaces } from '../scripts/packages/workspaces.ts'
import { ContainerHost, type ImageConfig } from './container-host.ts'
import { folder as manifestFolder, kustomization, workload } from './manifests.ts'
import { configMap, Pod } from './pod.ts'

const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const skip = needs('netns', 'dpkg', 'runc', 'skopeo') || whyNoPackages()

/** npm's takes seconds, and has tests of its own. */
const emptyBill: Bill = {
  metadata: { component: { 'bom-ref': 'vagus@0', name: 'vagus', purl: 'pkg:npm/vagus@0' } },
  components: [],
  dependencies: [],
}

/** A mirror that is away, or has newer versions only, is no fault of the image. */
function whyNoPackages(): false | string {
  try {
    fetchPackages(architecture)
    return false
  } catch (error) {
    return (error as Error).message
  }
}

describe('the image', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-image-'))
  const layout = join(folder, 'layout')
  const pods: Pod[] = []
  let host: ContainerHost
  let image: ImageConfig

  const skopeo = (...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('skopeo', words, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    return stdout
  }

  before(
    async () => {
      const workspaces = readWorkspaces()
      const command = join(folder, 'command')
      const bill = imageBill(emptyBill, [architecture])
      await stageCommand(command, workspaces)
      const own = { command, parts: partsOf(workspaces), aside: folder, target: folder }
      const file = await buildImage({ ...own, architectures: [architecture], bill, compression: 'none' })
      host = await ContainerHost.start()
      skopeo('copy', '--all', '--preserve-digests', `oci-archive:${file}`, `oci:${layout}:latest`)
      rmSync(file)
      image = host.unpack(layout)
    },
    { timeout: 120_000 },
  )
  after(async () => {
    await host?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is what skopeo takes for one, with whose it is and as whom it runs', () => {
    const shown = JSON.parse(skopeo('inspect', `oci:${layout}:latest`)) as { readonly Architecture: string }
    assert.equal(shown.Architecture, architecture)
    assert.equal(image.User, '65532:65532')
    const { version } = readManifest('package.json')
    assert.equal(image.Labels['org.opencontainers.image.version'], version)
    assert.match(image.Labels['org.opencontainers.image.revision']!, /^[0-9a-f]{40}$/)
  })

  test('has no shell and nothing that is setuid, and of each package of Debian the licence', () => {
    const names = readdirSync(host.root, { recursive: true }) as string[]
    assert.deepEqual(
      names.filter((name) => /^(usr\/)?s?bin\//.test(name)),
      ['usr/bin/node', 'usr/bin/vagus'],
    )
    assert.ok(
      names.every(
        (name) =>
          lstatSync(join(host.root, name)).isSymbolicLink() || (statSync(join(host.root, name)).mode & 0o6000) === 0,
      ),
    )
    for (const { name, version } of readPins().packages) {
      assert.match(readFileSync(join(host.root, `usr/share/doc/${name}/copyright`), 'utf8'), /licen[cs]e/i)
      assert.ok(
        readFileSync(join(host.root, `var/lib/dpkg/status.d/${name}`), 'utf8').includes(`Version: ${version}\n`),
      )
    }
    const bill = readFileSync(join(host.root, 'usr/share/doc/vagus/vagus.cdx.json'), 'utf8')
    assert.ok(bill.includes('pkg:deb/debian/libc6@'))
  })

  test('runs with the Node of the lock file, and says what it has not', async () => {
    const shown = host.start('version', image, { args: ['version', '--json'] })
    assert.equal(await shown.ended(), 0, shown.said)
    assert.equal((JSON.parse(shown.said) as { readonly node: string }).node, process.version)
    const lab = host.start('lab', image, { args: ['lab', 'up'] })
    assert.equal(await lab.ended(), 3)
    assert.match(lab.said, /there is no unshare here\n {2}a lab needs a host with Debian/)
  })

  test(
    'serves agents as the manifests say, over kill -9, a new address and a new pod',
    { timeout: 120_000 },
    async () => {
      const hosts = join(folder, 'hosts')
      writeFileSync(hosts, '127.0.0.1 localhost\n10.77.0.10 controller\n')
      const volumes = join(folder, 'volumes')
      mkdirSync(volumes)
      const configMaps = Object.fromEntries(
        kustomization.configMapGenerator.map(({ name, files }) => [
          name,
          configMap(join(folder, name), ...files.map((each) => `${manifestFolder}/${each}`)),
        ]),
      )
      const where = { host, image, volumes, configMaps, hosts }
      const begin = async (workloadName: string, name: string, address: string): Promise<Pod> => {
        const { spec, claims } = workload(workloadName)
        const pod = new Pod(name, spec, where)
        pods.push(pod)
        await pod.start(address, claims)
        return pod
      }
      host.network('controller-0', '10.77.0.10')
      host.network('writer-0', '10.77.0.11')
      host.network('boss-x1', '10.77.0.12')
      const controller = await begin('controller', 'controller-0', '10.77.0.10')
      const [first] = await Promise.all([
        begin('writer', 'writer-0', '10.77.0.11'),
        begin('boss', 'boss-x1', '10.77.0.12'),
      ])
      const boss = pods.find(({ name }) => name === 'boss-x1')!
      const told = (): readonly string[] => boss.container('boss').said.match(/was told: writer heard .*/g) ?? []
      await eventually('the writer answers', () => told().length >= 2)
      assert.equal(controller.container('controller').exec('/usr/bin/vagus', 'check').status, 0)

      const [before, heardBefore] = [idOf(first), first.container('writer').said]
      await first.kill()
      host.move('writer-0', '10.77.0.21')
      const answered = told().length
      const second = await begin('writer', 'writer-0', '10.77.0.21')
      await eventually('the writer answers again', () => told().length >= answered + 2)
      assert.equal(idOf(second), before)
      const heard = (heardBefore + second.container('writer').said).match(/heard: .*/g)!
      assert.equal(new Set(heard).size, heard.length, 'a message was executed twice')

      const keys = globSync('*/state/agents/*/keys.json', { cwd: volumes })
      assert.equal(keys.length, 2)
      for (const name of keys) assert.equal(statSync(join(volumes, name)).mode & 0o777, 0o600)
      assert.deepEqual(await second.end(), [0, 0])
      assert.deepEqual(await controller.end(), [0])
    },
  )
})

const idOf = (pod: Pod): string => /writer is (did:key:\w+)/.exec(pod.container('vagus').said)![1]!

/** What `deploy/` tells Docker and Kubernetes, held against the command line and against itself. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { Service } from 'kubernetes-types/core/v1.js'
import type { NetworkPolicy, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js'
import { loadConfigText } from '@vagus/controller'
import { parse } from '../apps/cli/src/parse.ts'
import { registry } from '../apps/cli/src/registry.ts'
import { readManifest } from '../scripts/packages/workspaces.ts'
import { compose, containersOf, folder, isWorkload, kustomization, manifests } from './manifests.ts'

const workloads = manifests.filter(isWorkload)
const { version } = readManifest('package.json')

/** @throws where the command line does not know the command or one of its options */
async function check(words: readonly string[]): Promise<void> {
  const found = registry.find(words)
  assert.ok(found !== undefined, words.join(' '))
  parse(await found.load(), words.slice(found.length))
}

describe('compose.yaml', () => {
  const services = Object.entries(compose.services)
  for (const [
    name,
    { image, command, read_only: isReadOnly, volumes, healthcheck, depends_on: needed = {} },
  ] of services)
    test(`starts ${name} by a command that is there, in the image of this version`, async () => {
      await check(command)
      assert.equal(image, `\${VAGUS_IMAGE:-vagus:${version}}`)
      assert.ok(isReadOnly)
      for (const volume of volumes) {
        const [from = ''] = volume.split(':')
        assert.ok(from.startsWith('./') ? existsSync(`deploy/${from}`) : from in compose.volumes, volume)
      }
      assert.ok(volumes.includes(`${name}:/var/lib/vagus`))
      const [, program, ...words] = healthcheck.test
      if (program === 'vagus') await check(words)
      for (const other of Object.keys(needed)) assert.ok(other in compose.services, other)
    })
  test('has agents that ask each other', () => {
    const agents = services.flatMap(([name, { environment }]) => (environment?.['PEER'] === undefined ? [] : [name]))
    assert.deepEqual(
      agents.map((name) => compose.services[name]!.environment!['PEER']),
      agents.toReversed(),
    )
  })
})

test('vagus.yaml is accepted, and lets agents ask the controller by the name of its service', () => {
  const { config } = loadConfigText(readFileSync(`${folder}/vagus.yaml`, 'utf8'), { environment: {} })
  assert.ok(config.hosts.includes('controller'))
})

describe('kustomization.yaml', () => {
  test('names each file of its folder, and the image of this version', () => {
    const named = [...kustomization.resources, ...kustomization.configMapGenerator.flatMap(({ files }) => files)]
    const there = globSync('*', { cwd: folder }).filter((name) => name !== 'kustomization.yaml')
    assert.deepEqual(named.toSorted(), there.toSorted())
    assert.equal(kustomization.images[0]!.newTag, version)
  })
})

for (const { kind, metadata, spec } of workloads)
  describe(`${kind} ${metadata.name}`, () => {
    const { metadata: labelled, spec: pod } = spec!.template
    const { volumes = [], securityContext } = pod!
    const claims = 'volumeClaimTemplates' in spec! ? (spec.volumeClaimTemplates ?? []) : []
    test('is selected by its own labels', () =>
      assert.partialDeepStrictEqual(labelled!.labels, spec!.selector.matchLabels))
    test('runs as the user of the image, and leaves the modes of key files alone', () => {
      const { runAsUser, fsGroup, fsGroupChangePolicy } = securityContext!
      assert.deepEqual([runAsUser, fsGroup, fsGroupChangePolicy], [65_532, 65_532, 'OnRootMismatch'])
    })
    for (const container of containersOf(pod!)) {
      const { name, image, command, args = [], ports = [], volumeMounts = [], env = [] } = container
      test(`starts ${name} by what the image knows`, async () => {
        assert.equal(image, kustomization.images[0]!.name)
        if (command === undefined) await check(args)
        else assert.equal(command[0], 'node')
        for (const [, variable] of args.join(' ').matchAll(/\$\((\w+)\)/g))
          assert.ok(
            env.some((one) => one.name === variable),
            variable,
          )
      })
      test(`gives ${name} no right and only volumes that are there`, () => {
        const restricted = {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        }
        assert.deepEqual(container.securityContext, restricted)
        const there = [...volumes.map((one) => one.name), ...claims.map((one) => one.metadata!.name)]
        for (const mount of volumeMounts) assert.ok(there.includes(mount.name), mount.name)
        if (command === undefined) assert.ok(volumeMounts.some(({ mountPath }) => mountPath === '/var/lib/vagus'))
      })
      test(`asks ${name} for its health at ports that it has`, () => {
        const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
        for (const probe of probes)
          if (probe !== undefined) assert.ok(ports.some((one) => one.name === probe.httpGet!.port))
        assert.ok(command !== undefined || probes.every((probe) => probe !== undefined))
        const listening = args.join(' ')
        for (const { containerPort, name: port } of ports)
          assert.ok(port === 'metrics' ? listening.includes(`0.0.0.0:${containerPort}`) : open.has(containerPort), port)
      })
    }
    test('has its side-car start before its program, and end after it', () => {
      for (const { restartPolicy, startupProbe } of pod!.initContainers ?? []) {
        assert.equal(restartPolicy, 'Always')
        assert.equal(startupProbe!.httpGet!.path, '/readyz')
      }
    })
    test('finds its ConfigMaps among those that are generated', () => {
      for (const { configMap } of volumes)
        if (configMap !== undefined)
          assert.ok(kustomization.configMapGenerator.some(({ name }) => name === configMap.name))
    })
  })

/** Ports of agents, relays and the controller. */
const open = new Set([7600, 7601, 7602, 7603])

describe('services and policies', () => {
  const labels = workloads.map(({ spec }) => spec!.template.metadata!.labels!)
  const isSomebody = (selector: Readonly<Record<string, string>> = {}): boolean =>
    labels.some((each) => Object.entries(selector).every(([key, value]) => each[key] === value))
  test('select pods that are there', () => {
    for (const one of manifests) {
      if (one.kind === 'Service') assert.ok(isSomebody((one as Service).spec!.selector), one.metadata.name)
      if (one.kind !== 'NetworkPolicy') continue
      const { podSelector, ingress = [], egress = [] } = (one as NetworkPolicy).spec!
      const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)]
      for (const selector of [podSelector, ...peers.map((peer) => peer.podSelector!)])
        assert.ok(isSomebody(selector.matchLabels), JSON.stringify(selector))
    }
  })
  test('let agents reach all that their commands name, and each other', () => {
    const policies = manifests.filter((one) => one.kind === 'NetworkPolicy') as unknown as readonly NetworkPolicy[]
    const agents = policies.find(({ metadata }) => metadata!.name === 'agents')!.spec!
    const ports = (lists: readonly { readonly ports?: readonly NetworkPolicyPort[] }[] = []): readonly string[] =>
      lists.flatMap(({ ports: each = [] }) => each.map(({ port, protocol }) => `${protocol} ${port}`))
    assert.deepEqual(ports(agents.ingress), ['UDP 7601', 'TCP 7601'])
    for (const wanted of ['UDP 7601', 'TCP 7601', 'TCP 7600', 'UDP 7602', 'TCP 7602', 'UDP 7603', 'UDP 53'])
      assert.ok(ports(agents.egress).includes(wanted), wanted)
  })
})

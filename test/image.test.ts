/** Layers, layouts and bills of images, of small trees. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { imageBill } from '../scripts/packages/image/bill.ts'
import { labelsOf } from '../scripts/packages/image/config.ts'
import { fetchPackages, readPins } from '../scripts/packages/image/debian-packages.ts'
import { Layout, pathOf } from '../scripts/packages/image/layout.ts'
import { type Kind, namesBelow, namesOf, type Settled, tarOf } from '../scripts/packages/image/tar.ts'
import { readManifest } from '../scripts/packages/workspaces.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-layers-'))
after(() => rmSync(folder, { recursive: true }))

const deep = `${'a'.repeat(60)}/${'b'.repeat(60)}`

/** The same files, by a builder with another umask. */
function treeIn(name: string, mode: number): string {
  const root = join(folder, name)
  mkdirSync(join(root, deep), { recursive: true })
  for (const [file, text] of [
    ['program', '#!/bin/true\n'],
    [`${deep}/text`, 'x'.repeat(1000)],
    ['empty', ''],
  ] as const)
    writeFileSync(join(root, file), text)
  symlinkSync('/program', join(root, 'link'))
  chmodSync(join(root, 'empty'), mode)
  return root
}

const at = 1_700_000_000
const settle = (name: string, kind: Kind): Settled => ({
  mode: kind === 'folder' || name === 'program' ? 0o755 : 0o644,
  owner: name === 'empty' ? 65_532 : 0,
})
const archive = (root: string, names = namesBelow(root)): Buffer =>
  Buffer.concat([...tarOf({ root, names, at, settle })])

describe('a layer', () => {
  const root = treeIn('one', 0o600)
  const octets = archive(root)
  test('is what tar unpacks, with modes, owners, times and links', () => {
    const { status, stdout, stderr } = spawnSync(
      'tar',
      ['--list', '--verbose', '--numeric-owner', '--utc', '-f', '-'],
      {
        input: octets,
        encoding: 'utf8',
      },
    )
    assert.equal(status, 0, stderr)
    const lines = stdout.trim().split('\n')
    const of = (name: string): string | undefined => lines.find((line) => line.endsWith(name))?.replaceAll(/ +/g, ' ')
    assert.equal(of(' program'), '-rwxr-xr-x 0/0 12 2023-11-14 22:13 program')
    assert.equal(of('empty'), '-rw-r--r-- 65532/65532 0 2023-11-14 22:13 empty')
    assert.ok(lines.some((line) => line.endsWith(' link -> /program')))
    assert.equal(of('/text'), `-rw-r--r-- 0/0 1000 2023-11-14 22:13 ${deep}/text`)
    assert.equal(lines.length, 6)
  })
  test('has the same octets from a tree with other modes', () =>
    assert.deepEqual(archive(treeIn('two', 0o777)), octets))
  test('has the folders that lead to what is in it, and nothing else', () => {
    assert.deepEqual(
      namesOf(namesBelow(root), (name) => name.endsWith('/text')),
      ['a'.repeat(60), deep, `${deep}/text`],
    )
  })
  test('refuses a name that has no place in its form', () => {
    const long = join(folder, 'long')
    mkdirSync(join(long, 'd'), { recursive: true })
    writeFileSync(join(long, 'd', 'n'.repeat(101)), '')
    assert.throws(() => archive(long), /nnn is too long for a tar: 100 octets after a slash, and 155 before it$/)
  })
})

describe('a layout', () => {
  const root = treeIn('three', 0o600)
  const tree = { root, names: namesBelow(root), at, settle }
  const sha256 = (octets: Uint8Array): string => `sha256:${createHash('sha256').update(octets).digest('hex')}`
  for (const compression of ['best', 'none'] as const)
    test(`names each blob by its SHA-256, and the tar in it by its own (${compression})`, async () => {
      const layout = new Layout(join(folder, compression))
      const { descriptor, diffId } = await layout.layer(tree, compression)
      const octets = readFileSync(join(layout.folder, pathOf(descriptor)))
      assert.deepEqual([sha256(octets), octets.length], [descriptor.digest, descriptor.size])
      const plain = compression === 'best' ? gunzipSync(octets) : octets
      assert.equal(sha256(plain), diffId)
      assert.deepEqual(plain, archive(root))
    })
})

test('a package of Debian with other octets than those that are pinned is refused', (t) => {
  const before = process.env['VAGUS_DEBS']
  t.after(() => {
    if (before === undefined) delete process.env['VAGUS_DEBS']
    else process.env['VAGUS_DEBS'] = before
  })
  process.env['VAGUS_DEBS'] = folder
  for (const { name, version } of readPins().packages)
    writeFileSync(join(folder, `${name}_${version}_arm64.deb`), 'other')
  assert.throws(() => fetchPackages('arm64'), /_arm64\.deb has SHA-256 [0-9a-f]{64}; \S+debian-packages\.json says /)
})

test('the bill of an image names the packages of Debian for each processor, as parts of the command', () => {
  const component = { 'bom-ref': 'vagus@0', name: 'vagus', purl: 'pkg:npm/vagus@0' }
  const dependencies = [{ ref: 'vagus@0', dependsOn: ['ws@1'] }]
  const bill = imageBill({ metadata: { component }, components: [], dependencies }, ['amd64', 'arm64'])
  const { packages } = readPins()
  assert.equal(bill.components.length, 2 * packages.length)
  const libstdc = bill.components.find(({ name }) => name === 'libstdc++6')!
  assert.match(libstdc.purl, /^pkg:deb\/debian\/libstdc%2B%2B6@[\w.%-]+\?arch=amd64$/)
  assert.equal(bill.dependencies[0]!.dependsOn.length, 1 + 2 * packages.length)
})

test('labels are those of the specification, and a tree that is no checkout has no revision', () => {
  const labels = labelsOf({ manifest: readManifest('package.json'), at, revision: undefined })
  assert.equal(labels['org.opencontainers.image.created'], '2023-11-14T22:13:20.000Z')
  assert.equal(labels['org.opencontainers.image.licenses'], 'Apache-2.0')
  assert.ok(!('org.opencontainers.image.revision' in labels))
})

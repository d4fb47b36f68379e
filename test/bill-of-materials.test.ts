import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type NpmBill, shippedOf } from '../scripts/packages/bill-of-materials.ts'
import { foreignDependencies, readWorkspaces } from '../scripts/packages/workspaces.ts'

const component = (name: string, ...properties: readonly string[]): NpmBill['components'][number] => ({
  'bom-ref': `${name}@1.0.0`,
  name,
  purl: `pkg:npm/${name}@1.0.0`,
  properties: properties.map((each) => ({ name: `cdx:npm:package:${each}`, value: 'true' })),
})
const written = (chance: string): NpmBill => ({
  serialNumber: `urn:uuid:${chance}`,
  metadata: { timestamp: chance, tools: [chance], component: { ...component('vagus'), name: chance } },
  components: [component('koffi'), component('knip', 'development'), component('ours', 'private')],
  dependencies: [
    { ref: 'vagus@1.0.0', dependsOn: ['koffi@1.0.0', 'knip@1.0.0'] },
    { ref: 'knip@1.0.0', dependsOn: ['koffi@1.0.0'] },
  ],
})

const tree = join(import.meta.dirname, '..')
const page = readFileSync(join(tree, 'docs/80-security.md'), 'utf8')

test('docs/80-security.md says how many packages the command names, and which have an install script', () => {
  const parts = [...readWorkspaces().values()].filter(({ manifest }) => manifest.name !== '@vagus/console')
  const named = Object.keys(foreignDependencies(parts)).length
  assert.ok(page.includes(`names ${named} packages of others`), `it names ${named}`)
  const { packages } = JSON.parse(readFileSync(join(tree, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: true; readonly hasInstallScript?: true }>>
  }
  const scripts = Object.entries(packages).filter(([path, one]) => path !== '' && one.hasInstallScript && !one.dev)
  assert.deepEqual(
    scripts.map(([path]) => path),
    ['node_modules/koffi'],
  )
})

describe('bill of materials', () => {
  test('is the same whenever and wherever it is written', () =>
    assert.equal(JSON.stringify(shippedOf(written('a'))), JSON.stringify(shippedOf(written('b')))))
  test('has what is shipped, and nothing that only tests need', () => {
    const { components, dependencies } = shippedOf(written('a'))
    assert.deepEqual(
      components.map(({ name }) => name),
      ['koffi', 'ours'],
    )
    assert.deepEqual(dependencies, [{ ref: 'vagus@1.0.0', dependsOn: ['koffi@1.0.0'] }])
  })
})

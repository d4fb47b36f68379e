import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type NpmBill, shippedOf } from '../scripts/packages/bill-of-materials.ts'

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

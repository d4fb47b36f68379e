import assert from 'node:assert/strict'
import { test } from 'node:test'
import { servicesOf } from '../src/device-services.ts'

const links = ['eth1', 'eth2']
const owner = 'did:key:z6MkuSgEgaDoDW4FPmUTD7WNiFz76HQ9f1yXHxtPEKWwG3PK'
const api = 'http://192.0.2.10:7600'

test('a device serves by role on these links, for the fleet of that owner, or not at all', async () => {
  assert.deepEqual(await servicesOf({ services: links, 'services-of': owner, api }), {
    services: { links, owner, api },
  })
  assert.deepEqual(await servicesOf({ services: undefined, 'services-of': undefined, api }), {})
})

test('what is missing for that is named', async () => {
  for (const [values, problem] of [
    [{ services: undefined, 'services-of': owner, api }, /--services-of needs --services LIST/],
    [{ services: links, 'services-of': undefined, api }, /--services needs --services-of ID/],
    [{ services: links, 'services-of': 'acme', api }, /--services-of must be an id, did:key:z6Mk…/],
    [{ services: links, 'services-of': owner }, /--services needs --api ADDRESS/],
  ] as const)
    await assert.rejects(servicesOf(values), { name: 'RangeError', message: problem })
})

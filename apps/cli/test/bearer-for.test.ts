import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controllerAddress } from '../src/address.ts'
import { bearerFor } from '../src/login/bearer-for.ts'

const tokenAt = (address: string): Promise<string | undefined> =>
  bearerFor(controllerAddress(address), { VAGUS_TOKEN: 'vgt_x' })

test('a token goes to a controller over TLS, or on this host', async () => {
  for (const address of ['https://noc.example', 'http://127.0.0.2:7600', 'http://[::1]:7600', 'http://localhost:7600'])
    assert.equal(await tokenAt(address), 'vgt_x', address)
})

test('a token goes to no other host in clear, whatever its name looks like', async () => {
  for (const address of ['http://192.0.2.1:7600', 'http://127.evil.example:7600', 'http://localhost.evil.example:7600'])
    assert.equal(await tokenAt(address), undefined, address)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { outsideCard, type Proofs } from '../../src/gateway/outside-card.ts'

const proofs: Proofs = { issuer: 'https://idp.example/', scopes: ['read'], pushes: false }
const shown = (card: object, more: Partial<Proofs> = {}): unknown =>
  JSON.parse(outsideCard(JSON.stringify(card), { ...proofs, ...more }))
const openIdConnectUrl = 'https://idp.example/.well-known/openid-configuration'

describe('an agent card for callers outside', () => {
  test('of A2A 1.0 names the issuer of the gateway (§4.5)', () =>
    assert.deepEqual(
      shown({ supportedInterfaces: [], security: [{}], skills: [{ id: 's', securityRequirements: [{}] }] }),
      {
        supportedInterfaces: [],
        skills: [{ id: 's' }],
        securitySchemes: { outside: { openIdConnectSecurityScheme: { openIdConnectUrl } } },
        securityRequirements: [{ schemes: { outside: { list: ['read'] } } }],
      },
    ))
  test('of A2A 0.3 has the same in the form of OpenAPI', () =>
    assert.deepEqual(shown({ url: 'https://x', capabilities: { pushNotifications: true } }), {
      url: 'https://x',
      capabilities: { pushNotifications: false },
      securitySchemes: { outside: { type: 'openIdConnect', openIdConnectUrl } },
      security: [{ outside: ['read'] }],
    }))
  test('asks for a bearer token where there is no issuer', () =>
    assert.deepEqual(shown({ jsonrpc: '2.0', id: 1, result: { supportedInterfaces: [] } }, { issuer: undefined }), {
      jsonrpc: '2.0',
      id: 1,
      result: {
        supportedInterfaces: [],
        securitySchemes: { outside: { httpAuthSecurityScheme: { scheme: 'Bearer' } } },
        securityRequirements: [{ schemes: { outside: { list: ['read'] } } }],
      },
    }))
  test('keeps push notifications where hosts are named', () =>
    assert.partialDeepStrictEqual(
      shown({ supportedInterfaces: [], capabilities: { pushNotifications: true } }, { pushes: true }),
      { capabilities: { pushNotifications: true } },
    ))
  for (const text of ['', 'x', '[]', '{"jsonrpc":"2.0","error":{}}'])
    test(`is left as it is where it is none: ${text}`, () => assert.equal(outsideCard(text, proofs), text))
})

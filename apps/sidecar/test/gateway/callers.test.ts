import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Callers, type CallersOptions, type LetIn, type NotLetIn } from '../../src/gateway/callers.ts'
import { TokenFile } from '../../src/gateway/token-file.ts'
import { eventually } from '../../../../scripts/eventually.ts'
import { issuerName, newIssuer, publicUrl, tokenOf } from './gateways.ts'

const resource = `${publicUrl}/agents/calc`
const issuer = newIssuer()
const letIn = (
  token: string | undefined,
  more: Partial<CallersOptions> = {},
  now = Date.now(),
): Promise<LetIn | NotLetIn> =>
  new Callers({ issuer, scopes: [], groupsClaim: 'groups', ...more }).of(
    token === undefined ? undefined : `Bearer ${token}`,
    resource,
    now,
  )
async function whoseToken(...asked: Parameters<typeof letIn>): Promise<unknown> {
  const caller = await letIn(...asked)
  return 'outsider' in caller ? caller.outsider : caller
}
const alice = { issuer: issuerName, subject: 'alice', scopes: ['read'], groups: [] }
async function reasonOf(...asked: Parameters<typeof letIn>): Promise<unknown> {
  const caller = await letIn(...asked)
  return 'reason' in caller ? caller.reason : undefined
}

describe('whose access token it is', () => {
  test('says the issuer, for the agent that is called or its MCP server', async () => {
    assert.deepEqual(await whoseToken(await tokenOf()), alice)
    assert.deepEqual(await whoseToken(await tokenOf({ aud: `${resource}/mcp` })), alice)
    assert.deepEqual(
      await whoseToken(await tokenOf({ aud: ['x', resource], roles: ['r'] }), { groupsClaim: 'roles' }),
      {
        ...alice,
        groups: ['r'],
      },
    )
  })
  test('is for one audience, where the operator says which', async () => {
    const one = { audience: publicUrl }
    assert.deepEqual(await whoseToken(await tokenOf({ aud: publicUrl }), one), alice)
    assert.equal(await reasonOf(await tokenOf(), one), 'invalid-token')
  })
  const wrong = [
    ['for a neighbour whose name begins alike', { aud: `${resource}ulator` }],
    ['for the whole site', { aud: publicUrl }],
    ['for nobody', { aud: undefined }],
    ['that is not yet valid', { nbf: Math.floor(Date.now() / 1000) + 3600 }],
    ['that is an id token', { nonce: 'n' }],
    ['of nobody', { sub: undefined }],
    ['whose name has a line feed', { sub: 'alice\nroot' }],
    ['with more groups than are carried', { groups: Array.from({ length: 257 }, (_, at) => `g${at}`) }],
  ] as const
  for (const [what, claims] of wrong)
    test(`is not said of one ${what}`, async () => assert.equal(await reasonOf(await tokenOf(claims)), 'invalid-token'))
  test('is not said of none, of other schemes, and of what is no token', async () => {
    assert.equal(await reasonOf(undefined), 'no-token')
    const callers = new Callers({ issuer, scopes: [], groupsClaim: 'groups' })
    for (const field of [`Basic ${await tokenOf()}`, 'Bearer', 'Bearer a b', `DPoP ${await tokenOf()}`])
      assert.equal(((await callers.of(field, resource, Date.now())) as { reason?: string }).reason, 'no-token', field)
    assert.equal(await reasonOf('x.y.z'), 'invalid-token')
  })
  test('does not do without the scopes that every token must have', async () => {
    assert.equal(await reasonOf(await tokenOf(), { scopes: ['read', 'agents'] }), 'insufficient-scope')
    assert.deepEqual(
      await whoseToken(await tokenOf({ scp: ['read', 'agents'], scope: undefined }), { scopes: ['agents'] }),
      {
        ...alice,
        scopes: ['read', 'agents'],
      },
    )
  })
})

test('a token counts for what goes on for as long as a new request with it is let in', async () => {
  const now = Date.now()
  const exp = Math.floor(now / 1000) + 5
  const token = await tokenOf({ exp })
  const caller = await letIn(token, {}, now)
  assert.ok('outsider' in caller)
  const last = [0, 999].map((more) => (exp + 59) * 1000 + more)
  for (const at of [now, ...last, (exp + 60) * 1000, (exp + 3600) * 1000])
    assert.equal(caller.counts(at), (await reasonOf(token, {}, at)) === undefined, String(at - now))
  assert.ok(caller.counts(last[1]!) && !caller.counts(last[1]! + 1))
})

describe('tokens in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-tokens-'))
  after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'callers')
  const write = (text: string, mode = 0o600): void => {
    writeFileSync(path, text)
    chmodSync(path, mode)
  }
  const digest = 'aa61b78bb9a12e04f9a4d8cd1b6ac78f0b2e9ddab1ee8c1d5e8ef3ab9bd1d2a3'

  test('have names and scopes, and may stand as digests', () => {
    write(`# callers\nci 0123456789abcdef read,write\nother sha256:${digest}\n`)
    const tokens = new TokenFile(path, () => undefined)
    const ci = { issuer: 'urn:vagus:gateway', subject: 'ci', scopes: ['read', 'write'], groups: [] }
    assert.deepEqual(tokens.find('0123456789abcdef'), ci)
    assert.equal(tokens.find(`sha256:${digest}`), undefined) // the digest is no token
    assert.equal(tokens.find('0123456789abcdeF'), undefined)
    assert.equal(tokens.find(''), undefined)
  })
  test('count until their lines are gone, or are of somebody else', async () => {
    write('ci 0123456789abcdef\nother 0123456789abcdeg\n')
    const tokens = new TokenFile(path, () => undefined)
    const [ci, other] = await Promise.all(
      ['0123456789abcdef', '0123456789abcdeg'].map((token) => letIn(token, { tokens, issuer: undefined })),
    )
    assert.ok(ci !== undefined && other !== undefined && 'outsider' in ci && 'outsider' in other)
    const count = (): string => JSON.stringify([ci, other].map((caller) => caller.counts(Date.now())))
    assert.equal(count(), '[true,true]')
    write('stranger 0123456789abcdef\n')
    await eventually(count, () => count() === '[false,false]')
  })
  for (const [what, text, mode] of [
    ['too short', 'ci short\n', 0o600],
    ['readable by others', 'ci 0123456789abcdef\n', 0o644],
    ['twice there', 'ci 0123456789abcdef\nother 0123456789abcdef\n', 0o600],
    ['of a name with a slash', 'c/i 0123456789abcdef\n', 0o600],
    ['a digest that is none', 'ci sha256:0123\n', 0o600],
  ] as const)
    test(`are refused where one is ${what}`, () => {
      write(text, mode)
      assert.throws(() => new TokenFile(path, () => undefined), TypeError)
    })
})

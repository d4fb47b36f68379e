import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMetadataTarget, metadataWith, withResource } from '../../src/wire/resource-metadata.ts'

const moved = (): string => '/mcp'
async function passed(parts: readonly string[]): Promise<string> {
  const content = (async function* () {
    for (const part of parts) yield Buffer.from(part)
  })()
  return Buffer.concat(await Array.fromAsync(metadataWith(content, moved))).toString()
}

test('metadata is asked for at its place, also with the path of the resource (RFC 9728 §3.1)', () => {
  const place = '/.well-known/oauth-protected-resource'
  for (const target of [place, `${place}/mcp`, `${place}?x`]) assert.ok(isMetadataTarget(target), target)
  for (const target of [`${place}s`, `/x${place}`, '/mcp']) assert.ok(!isMetadataTarget(target), target)
})

test('metadata names its resource as it is reached, and is not signed for another (RFC 9728 §2.2)', async () => {
  const metadata = { resource: 'http://127.0.0.1:3000/mcp', signed_metadata: 'x', authorization_servers: ['https://a'] }
  const text = JSON.stringify(metadata)
  const right = '{"resource":"/mcp","authorization_servers":["https://a"]}'
  assert.equal(withResource(text, moved), right)
  assert.equal(await passed([text.slice(0, 20), text.slice(20)]), right)
})

test('what is no metadata, or too long for any, goes as it is', async () => {
  for (const text of ['', 'no JSON', '[]', '{"resource":1}']) assert.equal(await passed([text]), text)
  const long = [`{"resource":"x","a":"${'y'.repeat(150_000)}`, 'y'.repeat(150_000), '"}']
  assert.equal(await passed(long), long.join(''))
})

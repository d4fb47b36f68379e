import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { LineProof } from '@vagus/api/lines'
import { agentIdOf, canonicalOctets, signJws } from '@vagus/identity'
import { signerOf } from '@vagus/transport'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { lines, linesNow, minute } from './line-samples.ts'
import { recorded } from './surroundings.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-line-proof-'))
after(() => rmSync(folder, { recursive: true }))
const [signer, other] = [1, 2].map((seed) => signerOf(new Uint8Array(32).fill(seed))) as [Signer, Signer]
type Signer = ReturnType<typeof signerOf>
const id = agentIdOf(signer.publicKey)

const { id: sub, from, to, bitsPerSecond: rate, state, moves } = lines.active
const seconds = (time: string): number => Date.parse(time) / 1000
const [start, end] = [seconds('2026-11-03T12:11:07Z'), seconds('2026-11-03T13:11:07Z')]
const known = { ...minute, at: seconds(minute.at) }
const path = ['pe-3', 'p-1', 'pe-4']
const order = { iss: id, sub, iat: seconds(linesNow), from, to, rate, start, end }
const proof: LineProof = { ...order, state, path, moves, minutes: [known, known] }
const payload = canonicalOctets(proof)

/** `vagus line verify` of this text. */
let count = 0 // tests of one process run at once
async function verified(text: string, ...more: readonly string[]) {
  const file = join(folder, `proof-${count++}`)
  writeFileSync(file, text)
  const around = { ...recorded(), environment: { VAGUS_HOME: folder } }
  const exit = await run(registry, ['line', 'verify', file, '--by', id, ...more], around)
  return { exit, ...around.written }
}

test('figures that this agent signed are shown, with the worst of their minutes', async () => {
  const { exit, out } = await verified(`${signJws('vagus-line-proof', payload, signer)}\n`)
  assert.equal(exit, 0)
  assert.match(out, /^verified {2}line-3 {2}dc-east – dc-west\n {2}ordered {4}20 Mb\/s both ways/)
  assert.match(out, /^ {2}probes {5}6 of 2,400 lost$/m)
  assert.match(out, /^ {2}round trip in its worst minute p50 0\.12 ms, p99 0\.41 ms$/m)
  for (const text of out.split('\n')) assert.ok(text.length <= 100, text)
})

test('the answer of "line show --json" may be given as it is, and programs get the figures', async () => {
  const answer = JSON.stringify({ kind: 'Line', proof: signJws('vagus-line-proof', payload, signer) })
  const { exit, out } = await verified(answer, '--json')
  assert.equal(exit, 0)
  assert.deepEqual(JSON.parse(out), { apiVersion: 'vagus/v1', kind: 'LineProof', verified: true, proof })
})

test('what another agent signed, what was altered, and what was signed for another purpose is refused', async () => {
  const [head, body, signature] = signJws('vagus-line-proof', payload, signer).split('.') as [string, string, string]
  const changed = canonicalOctets({ ...proof, moves: 0 })
  for (const text of [
    signJws('vagus-line-proof', payload, other),
    `${head}.${Buffer.from(changed).toString('base64url')}.${signature}`,
    signJws('vagus-identity', payload, signer),
    `${head}.${body}`,
  ]) {
    const { exit, out } = await verified(text)
    assert.equal(exit, 4, text)
    assert.match(out, /^refused /)
  }
})

test('without a name of who must have signed, nothing is verified', async () => {
  const around = recorded()
  assert.equal(await run(registry, ['line', 'verify', join(folder, 'proof')], around), 2)
  assert.match(around.written.err, /needs --by/)
})

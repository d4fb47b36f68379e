import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { type DhKey, NoiseHandshake, patterns, type TransportKeys } from '../src/index.ts'
import { nonceOf } from '../src/noise/symmetric-state.ts'
import { dhKeyOf, fromHex, nodeCrypto, toHex } from './node-crypto.ts'
import { patternOf } from './noise-patterns.ts'

interface Vector {
  readonly protocol_name: string
  readonly handshake_hash?: string
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[]
  readonly [member: string]: unknown
}

const sides = [
  ['initiator', 'init'],
  ['responder', 'resp'],
] as const

/** Both ends of a vector. */
function endsOf(vector: Vector, name: string): readonly [NoiseHandshake, NoiseHandshake] {
  const octets = (member: string): Uint8Array | undefined => {
    const value = vector[member]
    return typeof value === 'string' ? fromHex(value) : undefined
  }
  const key = (member: string): DhKey | undefined => {
    const seed = octets(member)
    return seed === undefined ? undefined : dhKeyOf(seed)
  }
  const ends = sides.map(([role, prefix]) => {
    const own = key(`${prefix}_static`)
    const remoteStatic = octets(`${prefix}_remote_static`)
    const psks = vector[`${prefix}_psks`] as readonly string[] | undefined
    return new NoiseHandshake({
      pattern: patternOf(name),
      role,
      prologue: octets(`${prefix}_prologue`) ?? new Uint8Array(0),
      crypto: nodeCrypto,
      ephemeral: key(`${prefix}_ephemeral`) ?? dhKeyOf(new Uint8Array(32).fill(1)),
      ...(own === undefined ? {} : { static: own }),
      ...(remoteStatic === undefined ? {} : { remoteStatic }),
      ...(psks === undefined ? {} : { psks: psks.map(fromHex) }),
    })
  })
  return [ends[0]!, ends[1]!]
}

function play(vector: Vector, name: string): void {
  const [initiator, responder] = endsOf(vector, name)
  const oneWay = patternOf(name).messages.length === 1
  const sent = { initiator: 0, responder: 0 }
  let keys: TransportKeys | undefined
  for (const [index, { payload, ciphertext }] of vector.messages.entries()) {
    const from = oneWay || index % 2 === 0 ? 'initiator' : 'responder'
    if (keys === undefined) {
      const [writer, reader] = from === 'initiator' ? [initiator, responder] : [responder, initiator]
      const message = writer.write(fromHex(payload))
      assert.ok(message instanceof Uint8Array, JSON.stringify(message))
      assert.equal(toHex(message), ciphertext, `message ${index}`)
      const answer = reader.read(message)
      assert.ok(answer.type === 'read', JSON.stringify(answer))
      assert.equal(toHex(answer.payload), payload)
      if (initiator.done) keys = agreed(initiator, responder, vector.handshake_hash)
    } else {
      const sealed = nodeCrypto.aead(keys[from]).seal(nonceOf(sent[from]++), new Uint8Array(0), fromHex(payload))
      assert.equal(toHex(sealed), ciphertext, `transport message ${index}`)
    }
  }
  assert.ok(keys !== undefined)
}

function agreed(initiator: NoiseHandshake, responder: NoiseHandshake, hash: string | undefined): TransportKeys {
  assert.ok(responder.done && !initiator.writes && !responder.writes)
  const keys = initiator.split()
  assert.deepEqual(responder.split(), keys)
  if (hash !== undefined) assert.equal(toHex(keys.handshakeHash), hash)
  return keys
}

for (const [source, wanted] of [
  ['cacophony', 59],
  ['snow', 51],
] as const) {
  const file = `vectors/noise/${source}-25519.json`
  describe(`Noise vectors of ${source}`, { skip: needsData(file) }, () => {
    const vectors =
      needsData(file) === false
        ? (JSON.parse(readFileSync(dataPath(file), 'utf8')) as { vectors: readonly Vector[] }).vectors
        : []
    const ours = vectors.filter(({ protocol_name }) => protocol_name.endsWith('_25519_AESGCM_SHA256'))

    test(`are ${wanted} with AES-GCM and SHA-256`, () => assert.equal(ours.length, wanted))
    for (const vector of ours) {
      const name = vector.protocol_name.split('_')[1]!
      test(`${name}: every message, both ways, and the keys of the session`, () => play(vector, name))
    }
  })
}

test('the patterns that we use are those of the vectors', () => {
  for (const name of ['XX', 'IK'] as const) assert.deepEqual(patternOf(name), patterns[name])
})

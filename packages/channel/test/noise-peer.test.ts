/** A live peer of other make (rweather's noise-c, in WebAssembly) at the other end of the handshake's classic patterns. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { before, describe, test } from 'node:test'
import { NoiseHandshake, patterns } from '../src/index.ts'
import { nodeCrypto, testKey } from './node-crypto.ts'

interface PeerCipher {
  EncryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array
  DecryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Uint8Array
}
interface PeerHandshake {
  Initialize(prologue: Uint8Array, s: Uint8Array, rs: Uint8Array | null, psk: null): void
  WriteMessage(payload: Uint8Array): Uint8Array
  ReadMessage(message: Uint8Array, payloadNeeded: true): Uint8Array
  GetHandshakeHash(): Uint8Array
  GetRemotePublicKey(): Uint8Array
  Split(): [PeerCipher, PeerCipher]
}
interface Peer {
  readonly constants: { readonly NOISE_ROLE_INITIATOR: number; readonly NOISE_ROLE_RESPONDER: number }
  HandshakeState(name: string, role: number): PeerHandshake
}

const none = new Uint8Array(0)
const prologue = new TextEncoder().encode('what both know')
const ourStatic = testKey(1)
const peerSecret = new Uint8Array(32).fill(2)
const peerStatic = testKey(2)
let peer: Peer

before(async () => {
  const require = createRequire(import.meta.url)
  const load = require('noise-c.wasm') as (options: object, ready: (peer: Peer) => void) => void
  const wasmBinary = readFileSync(require.resolve('noise-c.wasm/src/noise-c.wasm'))
  const guards = ['uncaughtException', 'unhandledRejection'] as const
  const had = guards.map((name) => process.listeners(name as 'uncaughtException'))
  peer = await new Promise((resolve) => load({ wasmBinary }, resolve))
  // It takes the process for its own; this one runs other tests, too.
  for (const [index, name] of guards.entries()) {
    for (const listener of process.listeners(name as 'uncaughtException')) {
      if (!had[index]!.includes(listener)) process.removeListener(name, listener)
    }
  }
})

describe('with a peer of other make', () => {
  for (const name of ['XX', 'IK'] as const) {
    for (const role of ['initiator', 'responder'] as const) {
      test(`${name} succeeds with us as the ${role}: same hash, same keys in both directions`, () => {
        const peerRole =
          role === 'initiator' ? peer.constants.NOISE_ROLE_RESPONDER : peer.constants.NOISE_ROLE_INITIATOR
        const other = peer.HandshakeState(`Noise_${name}_25519_AESGCM_SHA256`, peerRole)
        other.Initialize(prologue, peerSecret, name === 'IK' ? ourStatic.publicKey : null, null)
        const ours = new NoiseHandshake({
          pattern: patterns[name],
          role,
          prologue,
          crypto: nodeCrypto,
          static: ourStatic,
          ephemeral: testKey(3),
          ...(name === 'IK' && role === 'initiator' && { remoteStatic: peerStatic.publicKey }),
        })
        for (let index = 0; !ours.done; index++) {
          const payload = new TextEncoder().encode(`payload ${index}`)
          if (ours.writes) {
            const message = ours.write(payload)
            assert.ok(message instanceof Uint8Array)
            assert.deepEqual(new Uint8Array(other.ReadMessage(message, true)), payload)
          } else {
            const read = ours.read(new Uint8Array(other.WriteMessage(payload)))
            assert.deepEqual(read, { type: 'read', payload })
          }
        }
        assert.deepEqual(ours.remoteStatic, peerStatic.publicKey)
        assert.deepEqual(new Uint8Array(other.GetRemotePublicKey()), ourStatic.publicKey)
        const keys = ours.split()
        assert.deepEqual(new Uint8Array(other.GetHandshakeHash()), keys.handshakeHash)
        const [send, receive] = other.Split()
        const [ourSend, ourReceive] =
          role === 'initiator' ? [keys.initiator, keys.responder] : [keys.responder, keys.initiator]
        const text = new TextEncoder().encode('a record')
        const nonce = new Uint8Array(12)
        const sealed = new Uint8Array(send.EncryptWithAd(none, text))
        assert.deepEqual(nodeCrypto.aead(ourReceive).open(nonce, none, sealed), text)
        const answer = nodeCrypto.aead(ourSend).seal(nonce, none, text)
        assert.deepEqual(new Uint8Array(receive.DecryptWithAd(none, answer)), text)
      })
    }
  }
})

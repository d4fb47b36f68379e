import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proofPayload, quote } from '../src/index.ts'
import { diamond, epoch, hour, minute } from './networks.ts'

test('a proof says what was ordered, over which path, and what it delivered; the same facts are the same octets', () => {
  const wish = { from: 'east', to: 'west', bitsPerSecond: 20e6, start: epoch, end: epoch + hour }
  const found = quote(wish, diamond(), [])
  assert.equal(found.type, 'possible')
  const line = { id: 'line-1', wish, state: 'booked', path: found.path, moves: 0 }
  const one = {
    at: epoch,
    seconds: 60,
    delivered: { forth: 19e6, back: 1e6 },
    dropped: { forth: 0, back: 0 },
    roundTripMs: null,
    probes: { sent: 600, lost: 0 },
  }
  const text = new TextDecoder().decode(proofPayload(line, [one], { by: 'agent', now: epoch + minute }))
  assert.equal(
    text,
    '{"end":1767229200,"from":"east","iat":1767225660,"iss":"agent","minutes":[{"at":1767225600,"delivered":' +
      '{"back":1000000,"forth":19000000},"dropped":{"back":0,"forth":0},"probes":{"lost":0,"sent":600},"roundTripMs":null,' +
      '"seconds":60}],"moves":0,"path":["R1","R2","R4"],"rate":20000000,"start":1767225600,"state":"booked","sub":"line-1",' +
      '"to":"west"}',
  )
  const reordered = Object.fromEntries(Object.entries(one).toReversed()) as typeof one
  assert.equal(new TextDecoder().decode(proofPayload(line, [reordered], { by: 'agent', now: epoch + minute })), text)
})

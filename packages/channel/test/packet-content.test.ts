import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Core } from '../src/session/core.ts'
import { frameType } from '../src/session/frame-type.ts'
import { headerOctets } from '../src/session/packet.ts'
import { PacketContent } from '../src/session/packet-content.ts'
import type { Path } from '../src/session/path.ts'
import { SendStream } from '../src/session/send-stream.ts'
import { FrameReader } from '../src/session/varint.ts'

test('a copy by a second path begins where octets are still kept, when a part of its range was acknowledged', () => {
  const send = new SendStream(1e9)
  const whole = Uint8Array.from({ length: 6000 }, (_, index) => index % 251)
  for (let at = 0; at < 6000; at += 2000) send.write(whole.subarray(at, at + 2000))
  send.taken(0, 6000)
  // Sent again after a loss, it was cut elsewhere.
  send.acknowledged(0, 2500)
  const stream = { id: 2, send }
  // Of a session and a path it looks at these alone.
  const core = { streams: { get: () => stream, isNotices: () => false, isOwn: () => true } } as unknown as Core
  const path = { copies: [2, 0, 6000], datagramCopies: [] } as unknown as Path
  const content = new PacketContent('datagram', 9000)
  content.repeat(core, path, 0)
  const reader = new FrameReader(content.draft.subarray(headerOctets))
  assert.equal(reader.uint8(), frameType.stream)
  assert.equal(reader.varint(), 2)
  const at = reader.varint()
  assert.ok(at <= 2500, `octets from ${at} on, those from 2500 on are wanted`)
  const octets = reader.view(reader.varint())
  assert.deepEqual(octets, whole.subarray(at, 6000))
  assert.equal(reader.left, 0)
  assert.deepEqual(content.ranges, [2, at, 6000])
})

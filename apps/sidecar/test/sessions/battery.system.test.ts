/** What a side-car on a battery tells its controller, and how often. Its keyring is on disk. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Connection } from '@vagus/agent'
import { type SessionReport, sessionReportSchema } from '@vagus/api'
import { Keyring } from '@vagus/keyring'
import { eventually } from '../../../../scripts/eventually.ts'
import { reportedSessions } from '../../src/sessions/reported-sessions.ts'
import { SessionReporter } from '../../src/sessions/session-reporter.ts'

const consumption = { wakes: 7, fromIdle: 5, joules: 61.27, busyMs: 57_000, forMs: 90_400 }
const radio = {
  network: 'wwan0',
  access: 'lte',
  own: consumption,
  atOnce: { ...consumption, wakes: 30, joules: 96.04 },
}
const connection = {
  peer: { identity: { id: 'did:key:zPeer' } },
  role: 'initiator',
  how: 'handshake',
  suite: '25519+MLKEM768_AESGCM_SHA256',
  padding: 'none',
  since: 0,
  binding: '0123456789abcdef',
  isSilent: false,
  moving: undefined,
  moves: 0,
  gaps: { count: 0, last: undefined, longest: undefined },
  streamCount: 0,
  streamsByClass: new Map(),
  carried: { sent: { octets: 0, packets: 0 }, received: { octets: 0, packets: 0 } },
  paths: () =>
    [
      { id: 0, kind: 'udp', local: 'udp://10.45.0.9:1', remote: 'udp://192.0.2.1:2', state: 'alive', status: 'active' },
    ].map((path) => ({ ...path, primary: true, rtt: 41, radio })),
} as unknown as Connection // no more is asked of it

test('a session tells what the radio under it took', () => {
  const { sessions } = reportedSessions({ connected: () => [connection] })
  assert.deepEqual(sessions[0]?.radio, {
    network: 'wwan0',
    access: 'lte',
    seconds: 90,
    wakes: 7,
    joules: 61.3,
    atOnce: { wakes: 30, joules: 96 },
  })
})

test('reports come on the beat, say how often that is, and hold as long', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-battery-'))
  const keyring = new Keyring(home)
  keyring.create(
    'robot',
    { role: 'robot', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 3600 },
    Date.now(),
  )
  const reports: SessionReport[] = []
  let beat: (() => void) | undefined
  const reporter = new SessionReporter({
    agent: { connected: () => [connection] },
    own: () => keyring.open('robot', Date.now()),
    list: {
      reportSessions: async (_, report) => {
        const [, payload = ''] = report.split('.')
        reports.push(sessionReportSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString())))
      },
    },
    beat: {
      every: 99_500,
      each: (run) => {
        beat = run
        return () => (beat = undefined)
      },
    },
  })
  try {
    await eventually('the first report', () => reports.length === 1)
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    t.mock.timers.tick(99_500)
    beat!()
    await eventually('the next beat', () => reports.length === 2)
    assert.deepEqual(
      reports.map(({ every }) => every),
      [100, 100],
    )
  } finally {
    await reporter.end()
    rmSync(home, { recursive: true, force: true })
  }
  assert.equal(beat, undefined)
  assert.equal(reports.at(-1)?.ends, true)
})

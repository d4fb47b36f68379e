import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Keyring } from '@vagus/keyring'
import { ownAgent } from '../src/own-agent.ts'
import { Presence } from '../src/presence.ts'
import { SessionReporter } from '../src/sessions/session-reporter.ts'

test('why an agent is not on the list is said again when it is for another reason, and not for other figures', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: Date.UTC(2026, 10, 26) })
  const home = mkdtempSync(join(tmpdir(), 'vagus-presence-'))
  t.after(() => rmSync(home, { recursive: true }))
  const keyring = new Keyring(home)
  ownAgent({ keyring, name: 'cal', report: () => undefined })
  const problems = ['nobody answers', 'nobody answers', '"cal" is taken', '17 s ahead', '27 s ahead', undefined]
  const said: string[] = []
  let tries = 0
  const presence = new Presence({
    agent: { addresses: () => ['udp://127.0.0.1:7601'], renew: () => undefined },
    keyring,
    name: 'cal',
    reachedAt: [],
    list: {
      publish: async () => {
        const problem = problems[tries++]
        if (problem !== undefined) throw new Error(problem)
      },
    },
    cardSkills: undefined,
    report: (line) => void said.push(line),
  })
  await presence.begin()
  while (tries < problems.length) {
    t.mock.timers.tick(10_000)
    await new Promise(setImmediate)
  }
  presence.end()
  assert.deepEqual(said, [
    'nobody answers',
    '"cal" is taken',
    '17 s ahead',
    'cal is on the list of the controller again',
  ])
})

test('a clock that was ahead and is put right is followed at once, by document and reports', async (t) => {
  const now = Date.UTC(2026, 10, 26)
  let ahead = 2 * 3_600_000
  let passed = 0
  t.mock.timers.enable({ apis: ['setInterval'] })
  t.mock.method(Date, 'now', () => now + ahead + passed)
  const home = mkdtempSync(join(tmpdir(), 'vagus-presence-'))
  t.after(() => rmSync(home, { recursive: true }))
  const keyring = new Keyring(home)
  ownAgent({ keyring, name: 'cal', report: () => undefined })
  const textOf = (jws: string): string => Buffer.from(jws.split('.')[1]!, 'base64url').toString()
  let begins = 0
  const reportedAt: number[] = []
  const list = {
    find: async () => [],
    publish: async (_: string, document: string) => {
      begins = (JSON.parse(textOf(document)) as { iat: number }).iat * 1000
      if (begins > now + passed) throw new Error('it begins later')
    },
    reportSessions: async (_: string, report: string) => {
      reportedAt.push(Date.parse((JSON.parse(textOf(report)) as { at: string }).at))
    },
  }
  const agent = { addresses: () => ['udp://127.0.0.1:7601'], renew: () => undefined, connected: () => [] }
  const presence = new Presence({
    agent,
    keyring,
    name: 'cal',
    reachedAt: [],
    list,
    cardSkills: undefined,
    report: () => undefined,
  })
  await presence.begin()
  const reporter = new SessionReporter({ agent, own: () => keyring.open('cal', Date.now()), list })
  const pass = async (): Promise<void> => {
    for (let second = 0; second < 30; second++) {
      passed += 1000
      t.mock.timers.tick(1000)
      await new Promise(setImmediate)
    }
  }
  await pass()
  ahead = 0
  reportedAt.length = 0
  await pass()
  presence.end()
  await reporter.end()
  assert.ok(begins > now && begins < now + 60_000, new Date(begins).toISOString())
  assert.ok(reportedAt.length >= 3)
  assert.ok(reportedAt.every((at) => at > now && at <= now + 61_000))
})

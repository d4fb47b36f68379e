import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Keyring } from '@vagus/keyring'
import { ownAgent } from '../src/own-agent.ts'
import { Presence } from '../src/presence.ts'

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
    list: {
      find: async () => [],
      reportSessions: async () => undefined,
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

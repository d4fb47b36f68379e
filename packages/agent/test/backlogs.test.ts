import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backlogs } from '../src/link/backlogs.ts'
import type { AgentError } from '../src/errors.ts'

test('the sessions that hold most of what nobody reads end when it is too much, and no others', () => {
  const ended: string[] = []
  const session = (
    name: string,
    unread: number,
    isOver = false,
  ): { unread: number; isOver: boolean; fail: (error: AgentError) => void } => ({
    unread,
    isOver,
    fail: ({ code }) => void ended.push(`${name} ${code}`),
  })
  const sessions = [session('few', 10), session('most', 60), session('more', 50), session('over', 90, true)]
  const backlogs = new Backlogs(() => sessions, { ofAll: 40, between: 20 })
  backlogs.came(19)
  assert.deepEqual(ended, [], 'too little came since the last look')
  backlogs.came(1)
  assert.deepEqual(ended, ['most limit', 'more limit'])
  sessions.splice(1)
  backlogs.came(20)
  assert.equal(ended.length, 2)
})

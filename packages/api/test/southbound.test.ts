import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commitRequestSchema, maxCommitCharacters } from '@vagus/api/southbound'

test('a commit has so many characters at most in all of its lines, because 64 of them are kept', () => {
  const isTaken = (commands: readonly string[]): boolean => commitRequestSchema.safeParse({ commands }).success
  assert.ok(isTaken(Array.from({ length: 500 }, () => 'x'.repeat(Math.floor(maxCommitCharacters / 500)))))
  assert.ok(!isTaken(Array.from({ length: 500 }, () => 'x'.repeat(1024))))
  const { error } = commitRequestSchema.safeParse({ commands: Array.from({ length: 500 }, () => 'x'.repeat(1024)) })
  assert.match(error!.issues[0]!.message, /65536 characters/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemTeller } from '../../src/local/problem-teller.ts'
import { problemOf } from '../../src/wire/problem.ts'

const nobody = problemOf('unknown-agent', 'the look-up knows no agent called "writr"')

test('a call that failed is told with its reason, the same one again after a minute', () => {
  const lines: string[] = []
  const teller = new ProblemTeller((line) => lines.push(line))
  for (const now of [0, 10, 59_999]) teller.tell('writr', nobody, now)
  assert.deepEqual(lines, ['a call to writr failed: the look-up knows no agent called "writr" (unknown-agent)'])
  teller.tell('writr', nobody, 60_000)
  assert.equal(lines.length, 2)
})

test('a program that calls any number of names fills no terminal', () => {
  const lines: string[] = []
  const teller = new ProblemTeller((line) => lines.push(line))
  for (let at = 0; at < 1000; at++) teller.tell(`name-${at}`, nobody, at)
  assert.equal(lines.length, 10)
})

test('what the program gave up itself is not told', () => {
  const lines: string[] = []
  const teller = new ProblemTeller((line) => lines.push(line))
  teller.tell('writer', problemOf('cancelled', 'the caller left'), 0)
  teller.tell('writer', problemOf('closed', 'this side-car ends'), 0)
  assert.deepEqual(lines, [])
})

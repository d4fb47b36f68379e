import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runAutonomic } from '../src/index.ts'

test('says which interface it waits for, instead of being found nowhere without a word', () => {
  const lines: string[] = []
  const stop = new AbortController()
  const report = (line: string): void => void lines.push(line)
  runAutonomic({ skills: ['link-counters'], name: 'pe-1', interfaces: ['nope0'], report }, stop.signal)
  stop.abort()
  assert.match(lines.join('\n'), /^pe-1: waits for interface "nope0", .*; those that are: /)
})

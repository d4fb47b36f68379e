import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadGrade, lossGrade } from '@vagus/api/thresholds'

test('a link is marked from 80 %, when agents call it congested, and bad from 90 %; unknown is plain', () => {
  assert.deepEqual([null, 0, 0.79, 0.8, 0.89, 0.9, 1.1].map(loadGrade), [
    'plain',
    'plain',
    'plain',
    'marked',
    'marked',
    'bad',
    'bad',
  ])
})

test('loss is marked from one in a thousand and bad from exactly one per cent; unknown is plain', () => {
  assert.deepEqual([null, 0, 0.0009, 0.001, 0.0099, 0.01, 1].map(lossGrade), [
    'plain',
    'plain',
    'plain',
    'marked',
    'marked',
    'bad',
    'bad',
  ])
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { problemOf, reasonOf } from '../../src/wire/problem.ts'

const page = readFileSync(new URL('../../../../docs/21-when-something-breaks.md', import.meta.url), 'utf8')

test('the page on problems has them with their statuses', () => {
  const [, section = ''] = /^## Problems\n([^]*?)^## /m.exec(page) ?? []
  const rows = [...section.matchAll(/^\| (`.*?) +\| (\d[\d, ]*?) +\|/gm)]
  assert.ok(rows.length > 10)
  for (const [, types, statuses] of rows) {
    const reasons = [...types!.matchAll(/`([a-z-]+)`/g)].map(([, type]) => {
      const reason = reasonOf({ type: `urn:vagus:problem:${type}` })
      assert.equal(reason, type)
      return reason
    })
    const shown = statuses!.split(', ').map(Number)
    for (const [at, reason] of reasons.entries()) {
      const status = shown.length === 1 ? shown[0] : shown[at]
      assert.equal(status, problemOf(reason, '').status, reason)
    }
  }
})

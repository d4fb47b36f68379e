import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test(
  'a path is opened over IPv6 as soon as the address is usable; others are told the stable one, and deprecated ones only where there is no other',
  { skip: needs('netns') },
  () => {
    const child = ['-Urn', process.execPath, join(import.meta.dirname, 'ipv6-child.ts')]
    const outcome = JSON.parse(execFileSync('unshare', child, { encoding: 'utf8', timeout: 60_000 })) as object
    assert.deepEqual(outcome, {
      tentative: true,
      beside: true,
      hasTemporary: true,
      preferred: ['udp://[2001:db8::1]:7601'],
      deprecated: 8,
    })
  },
)

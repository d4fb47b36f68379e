import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readConsumers } from '../../src/camara/consumers.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-consumers-'))
after(() => rmSync(folder, { recursive: true }))

const consumer = (name: string, content: string, mode = 0o600) => {
  const tokenFile = join(folder, name)
  writeFileSync(tokenFile, content)
  chmodSync(tokenFile, mode)
  return { name, tokenFile, sites: [], count: 16 }
}
const [one, two] = ['0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)] as const

describe('consumers', () => {
  test('are known by the tokens in their files', () => {
    const consumerOf = readConsumers([consumer('acme', `${one}\n`), consumer('other', two)])
    assert.deepEqual([one, two, `${one}\n`, '', 'acme'].map(consumerOf), [
      'acme',
      'other',
      undefined,
      undefined,
      undefined,
    ])
  })

  test('whose file is short, open to others, missing or of another are refused, with what would be right', () => {
    const rows = [
      [[consumer('short', 'secret')], /consumers\[0\]\.tokenFile: .*short must hold 32\.\.80 printable/],
      [[consumer('open', one, 0o644)], /open has mode 0644, .* it must be 0600: chmod 600 \S+open/],
      [[{ ...consumer('gone', one), tokenFile: join(folder, 'nowhere') }], /nowhere does not exist/],
      [[consumer('a', one), consumer('b', one)], /consumers\[1\]\.tokenFile: the token of b is that of a/],
    ] as const
    for (const [consumers, problem] of rows) assert.throws(() => readConsumers([...consumers]), problem)
  })
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpus, release } from 'node:os'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import manifest from '../package.json' with { type: 'json' }
import { provenanceNow } from '../src/provenance.ts'

test('a provenance has the commit, whether files differ from it, the machine, its load and the time', () => {
  const before = Date.now()
  const { startedAt, loadavg, ...rest } = provenanceNow()
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', import.meta.dirname, ...words], { encoding: 'utf8' }).trim()
  assert.deepEqual(rest, {
    version: manifest.version,
    commit: git('rev-parse', '--short', 'HEAD'),
    dirty: git('status', '--porcelain') !== '',
    node: process.versions.node,
    kernel: release(),
    cpus: { count: cpus().length, model: cpus()[0]!.model },
  })
  assert.equal(loadavg.length, 3)
  assert.ok(Date.parse(startedAt) >= before)
})

test('a bench prints it beside the rows', { skip: needs('netns'), timeout: 120_000 }, () => {
  const command = ['scripts/bench.ts', 'grasp', '--json']
  const out = execFileSync(process.execPath, command, {
    cwd: `${import.meta.dirname}/../../..`,
    encoding: 'utf8',
    stdio: 'pipe',
  })
  const { provenance, rows } = JSON.parse(out) as { provenance: { node: string }; rows: readonly unknown[] }
  assert.equal(provenance.node, process.versions.node)
  assert.ok(rows.length > 0)
})

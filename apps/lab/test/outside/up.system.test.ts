import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { needs } from '../../../../scripts/needs.ts'
import { labUp } from '../../src/index.ts'

test('no lab with traffic has one site, and the refusal names the file', { skip: needs('netns', 'frr') }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-up-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const topology = join(home, 'one.yaml')
  const one = {
    name: 'one',
    as: 64512,
    routers: { 'pe-1': { role: 'edge' } },
    sites: { office: { as: 64701, prefixes: ['10.16.0.0/16', '2001:db8:16::/48'] } },
    neighbours: {},
    links: [{ between: ['pe-1', 'office'], capacity: '1G' }],
  }
  writeFileSync(topology, stringify(one))
  await assert.rejects(labUp({ topology, home, mode: 'attached', programs: ['traffic'] }), {
    code: 'topology',
    message: `topology ${topology} has 1 sites; traffic is between two: add a site or a neighbour`,
  })
})

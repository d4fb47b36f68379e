/** Rules and routes of others that are in the way of lines are named; those of lines and of the kernel are not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeInTheWay, ruleInTheWay } from '../src/index.ts'

const claims = { protocol: 86, priority: 20_086, tables: { first: 20_000, last: 85_535 } }
const usual =
  '{"priority":0,"src":"all","table":"255"},{"priority":20086,"src":"all","dst":"fd00:c::","dstlen":32,"table":"20000","protocol":"86"},{"priority":32766,"src":"all","table":"254"}'
const ruled = (more: string): string | undefined => ruleInTheWay(`[${usual}${more}]`, claims)

test('a rule with the priority of lines, or that looks into one of their tables, is in their way', () => {
  assert.equal(ruled(''), undefined)
  assert.equal(ruled(',{"priority":100,"src":"10.0.0.0","srclen":8,"table":"19999","protocol":"4"}'), undefined)
  assert.equal(
    ruled(',{"priority":20086,"src":"10.0.0.0","srclen":8,"table":"7","protocol":"4"}'),
    'a rule of protocol 4 has the priority 20086, which lines need',
  )
  assert.equal(
    ruled(',{"priority":100,"src":"all","iif":"eth9","table":"20007"}'),
    'a rule of protocol kernel at priority 100 looks into table 20007; lines need 20000..85535',
  )
  for (const text of ['', '[]', '{}', '[{}]']) assert.equal(ruleInTheWay(text, claims), undefined)
})

test('a route of others in a table of lines is in their way', () => {
  const ours = '{"dst":"fd00:c:4:7::/64","gateway":"fe80::1","dev":"eth1","protocol":"86"}'
  assert.equal(routeInTheWay(`[${ours}]`, 20_000, claims), undefined)
  assert.equal(
    routeInTheWay(`[${ours},{"dst":"default","gateway":"fe80::2","dev":"eth2","protocol":"4"}]`, 20_000, claims),
    'table 20000, which lines need, has a route to default that is not of lines',
  )
  for (const text of ['', '[]', '{}']) assert.equal(routeInTheWay(text, 20_000, claims), undefined)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ServiceRule } from '@vagus/identity'
import fc from 'fast-check'
import {
  grantedService,
  isServiceName,
  lesserService,
  mostService,
  readsContent,
  type ServedCall,
  serviceNames,
  services,
} from '../src/index.ts'

const call: ServedCall = { protocol: 'mcp', operation: 'tools/call', tool: 'stop_robot' }
const rankOf = (name: (typeof serviceNames)[number]): number => serviceNames.indexOf(name)

const word = fc.constantFrom('a', 'b', 'c')
const rule: fc.Arbitrary<ServiceRule> = fc.record(
  {
    role: word,
    service: fc.oneof(fc.constantFrom(...serviceNames), fc.constant('later')),
    protocol: word,
    operation: word,
    tool: word,
    skill: word,
    others: fc.constant({ hours: 'night' }),
  },
  { requiredKeys: ['role', 'service'] },
)
const rules = fc.array(rule, { maxLength: 12 })
const roles = fc.uniqueArray(word)
const calls = fc.array(
  fc.record({ protocol: word, operation: word, tool: word, skill: word }, { requiredKeys: ['protocol'] }),
  { maxLength: 4 },
)

describe('the service of a call', () => {
  test('is what the roster gives a role of its caller, and else that of every call', () => {
    const given = [
      { role: 'planner', service: 'control' },
      { role: 'crawler', service: 'bulk' },
    ]
    assert.equal(grantedService(given, ['planner'], [call]), 'control')
    assert.equal(grantedService(given, ['crawler'], [call]), 'bulk')
    assert.equal(grantedService(given, ['crawler', 'planner'], [call]), 'control')
    assert.equal(grantedService(given, [], [call]), 'call')
  })
  test('follows the rule that says most about it', () => {
    const given = [
      { role: 'planner', service: 'control' },
      { role: 'planner', service: 'bulk', protocol: 'mcp' },
      { role: 'planner', service: 'safety', protocol: 'mcp', tool: 'stop_robot' },
    ]
    assert.equal(grantedService(given, ['planner'], [call]), 'safety')
    assert.equal(grantedService(given, ['planner'], [{ protocol: 'mcp', tool: 'list' }]), 'bulk')
    assert.equal(grantedService(given, ['planner'], [{ protocol: 'a2a' }]), 'control')
    assert.ok(readsContent(given) && !readsContent(given.slice(0, 2)))
  })
  test('of a batch is that of its least urgent call', () => {
    const given = [{ role: 'planner', service: 'safety', tool: 'stop_robot' }]
    assert.equal(grantedService(given, ['planner'], [call, { protocol: 'mcp', tool: 'dump' }]), 'call')
  })
  test('is none that is unknown here, and no rule counts whose conditions are', () => {
    assert.equal(grantedService([{ role: 'a', service: 'later' }], ['a'], [call]), 'call')
    assert.equal(grantedService([{ role: 'a', service: 'safety', others: { hours: 'night' } }], ['a'], [call]), 'call')
  })
  test('is always one, and never above the most that its roles can get', () => {
    fc.assert(
      fc.property(rules, roles, calls, (given, held, asked) => {
        const granted = grantedService(given, held, asked)
        assert.ok(isServiceName(granted))
        assert.ok(rankOf(granted) >= rankOf(mostService(given, held)))
      }),
    )
  })
  test('is lowered by asking, and never raised', () => {
    fc.assert(
      fc.property(rules, roles, calls, fc.constantFrom(...serviceNames), (given, held, asked, claimed) => {
        const granted = grantedService(given, held, asked)
        const had = lesserService(claimed, granted)
        assert.ok(rankOf(had) >= rankOf(granted) && rankOf(had) >= rankOf(claimed))
        assert.ok(had === claimed || had === granted)
      }),
    )
  })
})

test('each service has a code point of its own, and none that of best effort', () => {
  const points = serviceNames.map((name) => services[name].dscp)
  assert.equal(new Set([0, ...points]).size, points.length + 1)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Member, ServiceRule } from '@vagus/identity'
import fc from 'fast-check'
import { serviceNames } from '@vagus/qos'
import { CallServices, serviceOptions } from '../../src/roster/call-services.ts'
import type { RequestHead } from '../../src/wire/http-exchange.ts'

const [own, planner, guest] = ['did:key:zOwn', 'did:key:zPlanner', 'did:key:zGuest']
const members: readonly Member[] = [
  { id: own, name: 'own', roles: ['planner'] },
  { id: planner, name: 'planner', roles: ['planner'] },
  { id: guest, name: 'guest', roles: [] },
]
const fleetWith = (serviceRules: readonly ServiceRule[]) => ({
  member: (id: string) => members.find((one) => one.id === id),
  serviceRules,
  servesByContent: serviceRules.some(({ tool }) => tool !== undefined),
})
const control = fleetWith([{ role: 'planner', service: 'control' }])
const stop = fleetWith([
  { role: 'planner', service: 'dialogue' },
  { role: 'planner', service: 'safety', protocol: 'mcp', tool: 'stop' },
])
const head: RequestHead = { method: 'POST', target: '/mcp', headers: [], speech: 'mcp' }
const toolCall = (name: string): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }))

describe('without a roster', () => {
  test('calls get what the side-car was told, both ways, and else what every call gets', () => {
    assert.equal(new CallServices(own).ofOwnCall(undefined, head, undefined), 'call')
    assert.equal(new CallServices(own).ofOwnCall('safety', head, undefined), 'call')
    const told = new CallServices(own, undefined, 'control')
    assert.equal(told.ofOwnCall(undefined, head, undefined), 'control')
    assert.equal(told.ofOwnCall('bulk', head, undefined), 'bulk')
    assert.equal(told.ofCaller(guest, 'safety', []), 'control')
    assert.equal(new CallServices(own).ofCaller(guest, 'safety', []), 'call')
  })
  test('nothing is marked unless a service was chosen', () => {
    assert.equal(serviceOptions(undefined, undefined).marks(), 'off')
    assert.equal(serviceOptions(fleetWith([]), undefined, undefined).marks(), 'off')
    assert.equal(serviceOptions(undefined, 'call').marks(), 'on')
    assert.equal(serviceOptions(control, undefined).marks(), 'on')
    assert.equal(serviceOptions(control, 'control', 'off').marks(), 'off')
    assert.equal(serviceOptions(undefined, undefined, 'on').marks(), 'on')
  })
})

describe('with a roster', () => {
  test('calls of local programs get what the roster gives, or the less that they or their side-car ask for', () => {
    const services = new CallServices(own, control)
    assert.equal(services.ofOwnCall(undefined, head, undefined), 'control')
    assert.equal(services.ofOwnCall('telemetry', head, undefined), 'telemetry')
    assert.equal(services.ofOwnCall('safety', head, undefined), 'control')
    assert.equal(new CallServices(own, control, 'bulk').ofOwnCall(undefined, head, undefined), 'bulk')
    assert.equal(new CallServices(own, control, 'safety').ofOwnCall(undefined, head, undefined), 'control')
  })
  test('what a call asks for decides where a rule wants to know, and is read only then', () => {
    const services = new CallServices(own, stop)
    assert.ok(services.readsContentOf(head) && !new CallServices(own, control).readsContentOf(head))
    assert.equal(services.ofOwnCall(undefined, head, toolCall('stop')), 'safety')
    assert.equal(services.ofOwnCall(undefined, head, toolCall('go')), 'dialogue')
    assert.equal(services.ofOwnCall(undefined, head, new TextEncoder().encode('no JSON')), 'call')
  })
  test('nobody gets more by claiming', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...serviceNames),
        fc.constantFrom(planner, guest, 'did:key:zNobody'),
        (claimed, who) => {
          const most = who === planner ? 'control' : 'call'
          const had = new CallServices(own, control).ofCaller(who, claimed, [{ protocol: 'mcp' }])
          assert.equal(had, serviceNames[Math.max(serviceNames.indexOf(claimed), serviceNames.indexOf(most))])
        },
      ),
    )
  })
  test('a program that asks for what does not exist is told what does', () => {
    assert.throws(
      () => new CallServices(own, control).ofOwnCall('urgent', head, undefined),
      /Vagus-Service is one of safety, control, dialogue, call, telemetry, bulk; not "urgent"/,
    )
  })
})

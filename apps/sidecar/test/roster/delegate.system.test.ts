/** A delegate of a member: in a real session, at a side-car that goes by a roster. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openAgent, type OwnIdentity } from '@vagus/agent'
import { type Member, signDelegation, verifyRoster, verifyWhenIssued } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import {
  identityOf,
  lookupOf,
  newSeeds,
  type Seeds,
  withAddresses,
} from '../../../../packages/agent/test/identities.ts'
import { startSidecar } from '../../src/index.ts'
import { Fleet } from '../../src/roster/fleet.ts'
import { agentWithin } from '../../src/roster/open-fleet.ts'
import { endServer, listening } from '../sidecars.ts'
import { newOwner } from './rosters.ts'

const idOf = ({ document }: Seeds): string => {
  const read = verifyWhenIssued(document, identityCrypto)
  assert.ok(read.type === 'verified')
  return read.identity.id
}
const [boss, stranger, child, seeds] = [newSeeds('boss'), newSeeds('stranger'), newSeeds('child'), newSeeds('worker')]
const owner = newOwner()
const fleet = new Fleet(owner.id, idOf(seeds))
let epoch = 0
const policies = `
permit (principal, action, resource) when { principal in Delegate::"${idOf(boss)}" && context.can.contains("report") };
permit (principal in Role::"head", action, resource);`
function publish(quarantine?: Member['quarantine']): void {
  const members: readonly Member[] = [
    { id: idOf(seeds), name: 'worker', roles: [] },
    { id: idOf(boss), name: 'boss', roles: ['head'], ...(quarantine === undefined ? {} : { quarantine }) },
  ]
  const read = verifyRoster(owner.sign({ epoch: ++epoch, members, policies }), Date.now(), identityCrypto)
  assert.ok(read.type === 'verified')
  fleet.take(read.roster)
}

/** What `child` presents with a delegation of `root`. */
function mandated(root: Seeds, capability: string): OwnIdentity {
  const iat = Math.floor(Date.now() / 1000)
  const grant = {
    iss: idOf(root),
    sub: idOf(child),
    iat,
    exp: iat + 300,
    depth: 0,
    task: 't',
    capabilities: [capability],
  }
  const signed = signDelegation(grant, identityOf(root).signer)
  assert.ok(signed.type === 'signed')
  return { ...identityOf(child), rootDocument: root.document, delegations: [signed.delegation] }
}

const common = { notes: ':memory:', port: 0, tokens: new Map<string, string>(), allowed: [] }
let worker: Seeds
let server: Awaited<ReturnType<typeof listening>>
const ends: (() => Promise<void>)[] = []
before(async () => {
  server = await listening((_, response) => response.end('done'))
  const agent = await agentWithin(fleet, (admitting) =>
    openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'], ...admitting }),
  )
  worker = withAddresses(seeds, agent.addresses())
  agent.renew(identityOf(worker))
  const exposed = { a2a: server.url }
  const side = await startSidecar({ ...common, name: 'worker', agent, fleet, exposed, lookup: lookupOf() })
  ends.push(() => side.close())
  publish()
})
after(async () => {
  await Promise.all(ends.map((end) => end()))
  endServer(server.server)
})

async function ask(identity: OwnIdentity): Promise<string> {
  const lookup = lookupOf(worker)
  const agent = await openAgent({ identity, lookup })
  const side = await startSidecar({ ...common, name: 'child', agent, exposed: {}, lookup })
  try {
    const response = await fetch(`${side.url}/agents/worker/`)
    return `${response.status} ${await response.text()}`
  } finally {
    await side.close()
  }
}

test('a delegate of a member may do what a policy gives to delegates, and has none of its roles', async () => {
  assert.match(await ask(identityOf(boss)), /^200 done/)
  assert.match(await ask(mandated(boss, 'report')), /^200 done/)
  assert.match(await ask(mandated(boss, 'calc')), /^403 .*no policy permits/)
})
test('whoever has no mandate, or that of a stranger, is nobody', async () => {
  assert.match(await ask(identityOf(child)), /^403 .*is no member of the roster/)
  assert.match(await ask(mandated(stranger, 'report')), /^403 .*neither is a member of the roster/)
})
test('a delegate goes into quarantine with its member', async () => {
  publish({ since: Date.UTC(2026, 10, 27), reason: 'lost' })
  assert.match(await ask(mandated(boss, 'report')), /^403 .*boss, in whose name .* is in quarantine since .*: lost/)
  publish()
  assert.match(await ask(mandated(boss, 'report')), /^200 done/)
})

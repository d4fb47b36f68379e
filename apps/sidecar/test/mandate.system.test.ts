/** Who acts for another: a child that presents its mandate in a real session, at a side-car with `--allow under:OWNER`. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type Agent, openAgent, type OwnIdentity } from '@vagus/agent'
import { signDelegation, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from '../../../packages/agent/test/identities.ts'
import { startSidecar } from '../src/index.ts'
import { reportedSessions } from '../src/sessions/reported-sessions.ts'

const [boss, child, thief] = [newSeeds('boss'), newSeeds('child'), newSeeds('thief')]
const opened: { close(): Promise<void> }[] = []
const server = createServer((request, response) =>
  response.end(
    JSON.stringify([request.headers['vagus-agent-under'] ?? null, request.headers['vagus-agent-can'] ?? null]),
  ),
)
const idOf = ({ document }: Seeds): string => {
  const read = verifyDocument(document, Date.now(), identityCrypto)
  assert.ok(read.type === 'verified')
  return read.identity.id
}

/** What `child` presents with a delegation of `root`. */
function mandated(root: Seeds, capabilities: readonly string[]): OwnIdentity {
  const iat = Math.floor(Date.now() / 1000)
  const grant = { iss: idOf(root), sub: idOf(child), iat, exp: iat + 300, depth: 0, task: 't', capabilities }
  const signed = signDelegation(grant, identityOf(root).signer)
  assert.ok(signed.type === 'signed')
  return { ...identityOf(child), rootDocument: root.document, delegations: [signed.delegation] }
}

const common = { notes: ':memory:', port: 0, tokens: new Map<string, string>() }
let worker: Seeds
let workerAgent: Agent
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const a2a = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const seeds = newSeeds('worker')
  const agent: Agent = await openAgent({
    identity: identityOf(seeds),
    lookup: lookupOf(),
    listen: ['udp://127.0.0.1:0'],
  })
  workerAgent = agent
  worker = withAddresses(seeds, agent.addresses())
  agent.renew(identityOf(worker))
  const allowed = ['under:boss/report']
  opened.push(
    await startSidecar({ ...common, name: 'worker', agent, exposed: { a2a }, allowed, lookup: lookupOf(boss) }),
  )
})
after(async () => {
  await Promise.all(opened.map((each) => each.close()))
  server.close()
  server.closeAllConnections()
})

interface Answer {
  readonly status: number
  readonly text: string
  /** As the worker tells of its sessions. */
  readonly told: ReturnType<typeof reportedSessions>['sessions']
}

async function ask(identity: OwnIdentity): Promise<Answer> {
  const lookup = lookupOf(worker)
  const agent = await openAgent({ identity, lookup })
  const side = await startSidecar({ ...common, name: 'child', agent, exposed: {}, allowed: [], lookup })
  try {
    const response = await fetch(`${side.url}/agents/worker/`, { headers: { 'Vagus-Agent-Under': 'did:key:forged' } })
    const text = await response.text()
    return { status: response.status, text, told: reportedSessions(workerAgent).sessions }
  } finally {
    await side.close()
  }
}

test('a child with a mandate of the owner is served, and its server is told whose it is', async () => {
  const { status, text, told } = await ask(mandated(boss, ['report.write', 'report']))
  assert.deepEqual([status, JSON.parse(text)], [200, [idOf(boss), 'report.write report']])
  const [session] = told
  assert.deepEqual(
    [session?.peer, session?.peerActsFor?.agent, session?.peerActsFor?.task],
    [idOf(child), idOf(boss), 't'],
  )
  const { sent, received } = session!.carried!
  assert.ok(sent.packets > 1 && received.packets > 1 && sent.octets > text.length && received.octets > 100)
})
for (const [title, identity, why] of [
  ['without a mandate', () => identityOf(child), /it speaks for itself, and has no mandate of boss/],
  ['of somebody else', () => mandated(thief, ['report']), /its mandate is of did:key:\w+, not of boss/],
  ['for something else', () => mandated(boss, ['calc']), /its mandate of boss is for calc, not for report/],
] as const)
  test(`a child ${title} is refused, and told which rule it does not meet`, async () => {
    const { status, text } = await ask(identity())
    assert.equal(status, 403)
    const { type, detail } = JSON.parse(text) as { type: string; detail: string }
    assert.equal(type, 'urn:vagus:problem:refused')
    assert.match(detail, why)
  })

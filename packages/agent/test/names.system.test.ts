/** Names that begin to mean another agent while one is connected to. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Agent, type FoundAgent, openAgent } from '../src/index.ts'
import { identityOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

const open: Agent[] = []
after(async () => {
  await Promise.all(open.map((agent) => agent.close()))
})

async function listening(name: string): Promise<{ readonly agent: Agent; readonly seeds: Seeds }> {
  const seeds = newSeeds(name)
  const agent = await openAgent({
    identity: identityOf(seeds),
    lookup: { find: async () => [] },
    listen: ['udp://127.0.0.1:0'],
  })
  open.push(agent)
  const addressed = withAddresses(seeds, agent.addresses())
  agent.renew(identityOf(addressed))
  return { agent, seeds: addressed }
}

test('an agent that had the name when it was looked up is not whom later callers of that name get', async () => {
  const [first, second] = [await listening('first'), await listening('second')]
  const answers: PromiseWithResolvers<readonly FoundAgent[]>[] = []
  const caller = await openAgent({
    identity: identityOf(newSeeds('caller')),
    lookup: {
      async find() {
        const answer = Promise.withResolvers<readonly FoundAgent[]>()
        answers.push(answer)
        return answer.promise
      },
    },
  })
  open.push(caller)
  const early = caller.connect('writer').then(
    ({ peer }) => peer.identity.id,
    ({ message }: Error) => message,
  )
  caller.judge() // from now on the name is that of the second
  const late = caller.connect('writer')
  answers[0]!.resolve([{ document: first.seeds.document }])
  assert.equal(answers.length, 2, 'who calls later looks it up again')
  answers[1]!.resolve([{ document: second.seeds.document }])
  assert.equal((await late).peer.identity.id, second.agent.id)
  const again = setInterval(() => answers[2]?.resolve([{ document: second.seeds.document }]), 10)
  assert.match(await early, /has become another agent/)
  clearInterval(again)
  assert.equal((await caller.connect('writer')).peer.identity.id, second.agent.id)
})

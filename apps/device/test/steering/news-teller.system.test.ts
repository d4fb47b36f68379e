/** What is new at a router reaches the controller's agent over a session, also over the loss of either. */
import { test, type TestContext } from 'node:test'
import { openAgent } from '@vagus/agent'
import { newsProtocol, southboundNewsSchema } from '@vagus/api/southbound'
import { identityOf, lookupOf, newSeeds, withAddresses } from '../../../../packages/agent/test/identities.ts'
import { eventually } from '../../../../scripts/eventually.ts'
import { NewsDesk } from '../../src/southbound/news.ts'
import { tellNews } from '../../src/steering/news-teller.ts'

const noc = { kind: 'agent', id: 'did:key:z6Mknoc', name: 'noc' } as const

test('all is told first, then what changes; and all again to a controller that was started anew', async (t) => {
  const unlisted = newSeeds('controller')
  const finder = await openAgent({ identity: identityOf(unlisted), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const [place] = finder.addresses() as [string]
  await finder.close()
  const seeds = withAddresses(unlisted, [place])
  const lookup = lookupOf(seeds)
  const device = await openAgent({ identity: identityOf(newSeeds('device')), lookup })
  const ending = new AbortController()
  const desk = new NewsDesk({ commits: () => [], now: () => Date.now() })
  desk.refused(noc, 'before', 'never')

  const begin = async (context: TestContext) => {
    const told: string[] = []
    const agent = await openAgent({ identity: identityOf(seeds), lookup, listen: [place] })
    context.after(() => agent.close().catch(() => undefined))
    agent.serve(newsProtocol, {
      async handle(exchange) {
        for await (const { octets } of exchange.messages()) {
          const { attempts } = southboundNewsSchema.parse(JSON.parse(Buffer.from(octets).toString()))
          told.push(attempts.map(({ what }) => what).join())
        }
      },
    })
    return { agent, told }
  }
  t.after(async () => {
    ending.abort()
    await device.close()
  })
  const first = await begin(t)
  void tellNews(device, { to: 'controller', device: 'pe-1', desk }, ending.signal)
  const isTold = (told: readonly string[], ...wanted: readonly string[]) =>
    eventually(
      () => `told: ${JSON.stringify(told)}`,
      () => JSON.stringify(told) === JSON.stringify(wanted),
    )
  await isTold(first.told, 'before')
  desk.refused({ ...noc, id: 'did:key:z6Mkother' }, 'after', 'never')
  await isTold(first.told, 'before', 'after')
  await first.agent.close()
  const second = await begin(t)
  await isTold(second.told, 'before,after')
})

/** Two side-cars whose agents are real, with their journals in memory, joined over loopback. */
import { openAgent } from '@vagus/agent'
import { identityOf, lookupOf, newSeeds, withAddresses } from '../../../packages/agent/test/identities.ts'
import { startSidecar } from '../src/index.ts'

/** @param a2a the local server of `worker` @returns where programs call `worker` */
export async function callerOf(a2a: string): Promise<{ readonly base: string; close(): Promise<void> }> {
  const common = { notes: ':memory:', allowed: [], port: 0, tokens: new Map<string, string>() }
  const seeds = newSeeds('worker')
  const worker = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const addressed = withAddresses(seeds, worker.addresses())
  worker.renew(identityOf(addressed))
  const lookup = lookupOf(addressed)
  const caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup })
  const sidecars = [
    await startSidecar({ ...common, name: 'worker', agent: worker, exposed: { a2a }, lookup }),
    await startSidecar({ ...common, name: 'caller', agent: caller, exposed: {}, lookup }),
  ] as const
  return {
    base: `${sidecars[1].url}/agents/worker`,
    close: async () => void (await Promise.all(sidecars.map((each) => each.close()))),
  }
}

/** An agent on the controller's list, by name or id; its document is verified here. @module */
import type { Agent, AgentResource } from '@vagus/api'
import type { Identity } from '@vagus/identity'
import type { Client } from './client.ts'
import { exitCode } from './exit-code.ts'
import { Failure, orSay } from './failure.ts'
import type { Paint } from './paint.ts'

/** Colour of each state. */
export const paintOfState = { reachable: 'good', silent: 'bad', away: 'warn' } as const satisfies Readonly<
  Record<Agent['state'], keyof Paint>
>

/** @param asked a name of the list, or an id @throws {Failure} as `Client.get` */
export const askAgent = (client: Client, asked: string): Promise<AgentResource> =>
  client
    .get<AgentResource>('Agent', `/v1/agents/${encodeURIComponent(asked)}`)
    .catch(orSay('the names: vagus agent ls'))

/** Does not trust the controller: only what the agent signed counts. The function throws `Failure` (denied). */
export async function verifier(): Promise<(agent: Pick<AgentResource, 'name' | 'document'>) => Identity> {
  const [{ verifyDocument }, { identityCrypto }] = await Promise.all([
    import('@vagus/identity'),
    import('@vagus/transport/identity-crypto'),
  ])
  return ({ name, document }) => {
    const read = verifyDocument(document, Date.now(), identityCrypto)
    if (read.type === 'verified') return read.identity
    throw new Failure(
      exitCode.denied,
      `the document of "${name}" is not valid: ${read.because.problem}`,
      'ask the agent for a newer one',
    )
  }
}

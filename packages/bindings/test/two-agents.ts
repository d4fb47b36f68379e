/** Two agents on loopback that know each other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Agent, openAgent } from '@vagus/agent'
import { Keyring } from '@vagus/keyring'
import { folderLookup } from '@vagus/lookup'

export interface TwoAgents {
  readonly server: Agent
  readonly client: Agent
  close(): Promise<void>
}

export async function twoAgents(): Promise<TwoAgents> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-bindings-'))
  const keyring = new Keyring(folder)
  const lookup = folderLookup(folder)
  const open = async (name: string): Promise<Agent> => {
    const now = Date.now()
    const made = keyring.create(
      name,
      { role: name, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 3600 },
      now,
    )
    const own = (document: string) => ({
      document,
      rootDocument: '',
      delegations: [],
      static: made.dhKey,
      signer: made.signer,
    })
    const agent = await openAgent({
      identity: own(made.identity.document),
      lookup,
      listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'],
    })
    const locators = [{ network: 'lan', sequence: 1, addresses: agent.addresses(), exp: Math.floor(now / 1000) + 3600 }]
    agent.renew(own(keyring.renew(name, { locators }, now).identity.document))
    return agent
  }
  const [server, client] = [await open('server'), await open('client')]
  return {
    server,
    client,
    async close() {
      await Promise.all([server.close(), client.close()])
      rmSync(folder, { recursive: true })
    },
  }
}

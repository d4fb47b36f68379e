/**
 * The fleet of a lab's agents: its owner `operator`, whose keys lie beside theirs, says their roles as the topology has them,
 * and that they may call each other.
 * @module
 */
import { request } from 'node:http'
import { join } from 'node:path'
import { labPaths, type LabSpec, networkMember, rosterOwner } from '../spec.ts'

export interface Fleet {
  /** Id of the owner. */
  readonly owner: string
  /** The signed roster. */
  readonly jws: string
}

const policies = `// the agents of this lab may call each other
permit (principal, action, resource);
`

/** Makes keys and roster that are not there; undefined in a lab without agents that run. @throws {KeyringError} */
export async function fleetOf({ network, programs }: LabSpec): Promise<Fleet | undefined> {
  if (!programs.includes('agents') || network.agents.length === 0) return undefined
  const { Keyring, ownAgent } = await import('@vagus/keyring') // no other lab needs its cryptography
  const keyringIn = (home: string) => new Keyring(join(home, 'agents'))
  const idIn = (home: string, name: string): string =>
    ownAgent({ keyring: keyringIn(home), name, report: () => {} }).identity.id
  const { agents: home, home: ofController } = labPaths('')
  const keyring = keyringIn(home)
  idIn(home, rosterOwner)
  const agents = network.agents.map(({ name, roles }) => ({ id: idIn(home, name), name, roles }))
  // The controller, whose tools the others may call.
  const own = { id: idIn(ofController, networkMember), name: networkMember, roles: [networkMember] }
  const members = programs.includes('controller') ? [...agents, own] : agents
  const roster =
    keyring.roster(rosterOwner) ?? keyring.signRoster(rosterOwner, () => ({ members, policies }), Date.now())
  return { owner: roster.owner, jws: roster.jws }
}

const patience = 5000

/** Publishes it at the controller with that socket, which knows the owner. @throws {Error} with the controller's answer */
export async function publishFleet({ owner, jws }: Fleet, socketPath: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const headers = { 'content-type': 'application/jose' }
  const options = { socketPath, path: `/v1/rosters/${owner}`, method: 'PUT', headers, timeout: patience }
  const sent = request(options, (response) => {
    response.resume()
    const { statusCode = 0 } = response
    if (statusCode === 200 || statusCode === 201) resolve()
    else reject(new Error(`the controller answers the roster with HTTP ${statusCode}`))
  })
  sent.once('timeout', () => sent.destroy(new Error('the controller does not answer the roster')))
  sent.once('error', reject)
  sent.end(jws)
  return promise
}

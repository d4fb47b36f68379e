/**
 * The fleet of a lab's agents: its owner `operator`, whose keys lie beside theirs, says their roles as the topology has them,
 * and that they may call each other. Where device agents run, the routers belong to it, and the agent `noc` that may ask and
 * change them.
 * @module
 */
import { join } from 'node:path'
import { deviceHome, labPaths, type LabSpec, networkMember, nocAgent, rosterOwner, servesRouters } from '../spec.ts'
import { membersOf, ownRouters } from '../topology/network.ts'

const { request } = process.getBuiltinModule('node:http')

export interface Fleet {
  /** Id of the owner. */
  readonly owner: string
  /** The signed roster. */
  readonly jws: string
}

const policies = `// the agents of this lab may call each other, but no router
@id("agents")
permit (principal, action, resource)
unless { resource in Role::"router" };

// the network operations centre asks routers, and changes them for a while
@id("noc")
permit (principal in Role::"noc", action == Action::"mcp", resource in Role::"router");

// what it changes goes back by itself, unless somebody else keeps it
@id("four-eyes")
forbid (principal, action, resource in Role::"router")
when { context has tool && context.tool == "network_commit_confirm" }
unless { principal in Role::"keeper" };
`

/** Makes keys and roster that are not there; undefined in a lab without agents that run. @throws {KeyringError} */
export async function fleetOf(spec: LabSpec): Promise<Fleet | undefined> {
  const { network, programs } = spec
  if (!programs.includes('agents') || membersOf(network).length === 0) return undefined
  const { Keyring, ownAgent } = await import('@vagus/keyring') // no other lab needs its cryptography
  const keyringIn = (home: string) => new Keyring(join(home, 'agents'))
  const idIn = (home: string, name: string): string =>
    ownAgent({ keyring: keyringIn(home), name, report: () => {} }).identity.id
  const { agents: home, home: ofController } = labPaths('')
  const keyring = keyringIn(home)
  idIn(home, rosterOwner)
  const member = (name: string, at: string, roles: readonly string[]) => ({ id: idIn(at, name), name, roles })
  const members = membersOf(network).map(({ name, roles }) => member(name, home, roles))
  // The controller, whose tools the others may call.
  if (programs.includes('controller')) members.push(member(networkMember, ofController, [networkMember]))
  if (servesRouters(spec)) {
    members.push(...ownRouters(network).map(({ name }) => member(name, deviceHome(name), ['router'])))
    members.push(member(nocAgent, home, [nocAgent]))
  }
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

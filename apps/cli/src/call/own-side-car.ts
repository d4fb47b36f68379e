/** A side-car for the duration of one call, when none is running. @module */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentId } from '@vagus/identity'
import type { Keyring } from '@vagus/keyring'
import type { ServiceName } from '@vagus/qos'
import type { FindRule } from '@vagus/sidecar'
import { proxyOfOptions } from '../side-car-options.ts'

export interface OwnSideCarOptions {
  readonly keyring: Keyring
  /** Folder of this host's agents. */
  readonly host: string
  /** An agent of the keyring; created when it does not exist. */
  readonly name: string
  /** Folders of signed documents, asked before the controller; the keyring's own is asked first. */
  readonly folders: readonly string[]
  readonly controller: string | undefined
  /** Of the fleet to which the agent belongs. */
  readonly owner: AgentId | undefined
  /** Who may answer to a skill or a role; `undefined`: the agents of this host, with a fleet its members. */
  readonly find: readonly FindRule[] | undefined
  /** Of its calls, as of `SidecarOptions`. */
  readonly service: ServiceName | undefined
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/**
 * Returns what `use` returns; `use` gets the address of the side-car (as `sideCarOf`).
 * @throws {KeyringError}; Node's error when its journal belongs to another process or cannot be opened
 */
export async function withOwnSideCar<T>(options: OwnSideCarOptions, use: (sideCar: string) => Promise<T>): Promise<T> {
  const [
    { openAgent },
    { ownAgent, ownIdentityOf },
    { controllerList, folderLookup },
    { agentWithin, lookupsOf, openFleet, serviceOptions, startSidecar },
    { defaultFindRules, memberFindRules },
  ] = await Promise.all([
    import('@vagus/agent'),
    import('@vagus/keyring'),
    import('@vagus/lookup'),
    import('@vagus/sidecar'),
    import('@vagus/sidecar/find-rule'),
  ])
  const { keyring, host, name, controller, owner, report } = options
  const local = ownAgent(options)
  const identity = ownIdentityOf(local)
  const folder = join(keyring.folder, name, 'journal')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const [ofHost, folders] = [folderLookup(host), options.folders.map(folderLookup)]
  const proxy = await proxyOfOptions({ proxy: undefined, ca: undefined }, process.env)
  const lists = controller === undefined ? [] : [controllerList(controller)]
  const places = { host, folders: options.folders, controller, folder, report }
  const fleet = owner === undefined ? undefined : await openFleet({ owner, own: local.identity.id, ...places })
  const { lookup, sources } = lookupsOf({ host: ofHost, folders, lists }, fleet)
  const rules = options.find ?? (fleet === undefined ? defaultFindRules : memberFindRules)
  const agent = await agentWithin(fleet, (admitting) =>
    openAgent({
      identity,
      lookup,
      journal: { folder },
      proxy,
      ...serviceOptions(fleet, options.service),
      ...admitting,
    }),
  )
  // Nobody else on this host may use it to call in the agent's name.
  const token = randomBytes(24).toString('base64url')
  const sideCar = await startSidecar({
    name,
    agent,
    notes: ':memory:',
    exposed: {},
    allowed: [],
    fleet,
    service: options.service,
    lookup,
    find: { rules, sources },
    port: 0,
    tokens: new Map([[token, 'call']]),
  }).catch(async (error: unknown) => {
    fleet?.close()
    await agent.close()
    throw error
  })
  try {
    return await use(`${sideCar.url}/t/${token}`)
  } finally {
    await sideCar.close()
  }
}

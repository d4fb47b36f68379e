/** Who a name means that is to become a member: of this host, of look-up folders, of a controller's list. @module */
import type { Lookup } from '@vagus/agent'
import type { AgentId } from '@vagus/identity'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { type Whose, keyringOf } from '../keyring-options.ts'

export interface FoundAgent {
  readonly id: AgentId
  /** Who says so, for people. */
  readonly saidBy: string
  /** Whether a stranger may have taken the name there. */
  readonly trust: 'own' | 'open'
}

export interface Places {
  readonly folders: readonly string[]
  readonly controller: string | undefined
  readonly signal: AbortSignal
}

/** The first place that knows the name decides. @throws {Failure} usage, unreachable */
export async function findAgent(
  whose: Whose,
  name: string,
  { folders, controller, signal }: Places,
): Promise<FoundAgent> {
  const [{ controllerList, folderLookup }, keyring] = await Promise.all([import('@vagus/lookup'), keyringOf(whose)])
  const places: readonly (Omit<FoundAgent, 'id'> & { readonly lookup: Lookup })[] = [
    { lookup: folderLookup(keyring.folder), saidBy: `the keys in ${keyring.folder}`, trust: 'own' },
    ...folders.map((folder) => ({ lookup: folderLookup(folder), saidBy: folder, trust: 'own' as const })),
    ...(controller === undefined
      ? []
      : [{ lookup: controllerList(controller), saidBy: `the list at ${controller}`, trust: 'open' as const }]),
  ]
  for (const { lookup, saidBy, trust } of places) {
    const id = await idIn(lookup, name, signal)
    if (id !== undefined) return { id, saidBy, trust }
  }
  const where = places.map(({ saidBy }) => saidBy).join(', ')
  throw new Failure(
    exitCode.usage,
    `no agent "${name}" is known to ${where}`,
    `its id is printed by "vagus id show ${name}" on its host: --id did:key:z6Mk…`,
  )
}

async function idIn(lookup: Lookup, name: string, signal: AbortSignal): Promise<AgentId | undefined> {
  const [{ verifyDocument }, { identityCrypto }] = await Promise.all([
    import('@vagus/identity'),
    import('@vagus/transport/identity-crypto'),
  ])
  const found = await lookup.find(name, { signal }).catch((error: Error) => {
    throw new Failure(exitCode.unreachable, error.message, 'or say who it is: --id did:key:z6Mk…', error)
  })
  for (const { document } of found) {
    const read = verifyDocument(document, Date.now(), identityCrypto)
    if (read.type === 'verified') return read.identity.id
  }
  return undefined
}

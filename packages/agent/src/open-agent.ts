/** Opens an agent: its sockets, its journal, and its open exchanges. @module */
import type { Agent, AgentOptions, JournalPlace } from './agent.ts'
import { checkEnergy } from './energy/energy-options.ts'
import { Hub } from './hub.ts'
import { type JournalStore, memoryStore } from './journal/journal-store.ts'
import { KnownPeers } from './peers/known-peers.ts'
import { noPeerStore } from './peers/newest-documents.ts'
import { OwnSide } from './handshake/own-side.ts'
import { openSqliteJournal } from './journal/sqlite-journal.ts'
import { openSqlitePeers } from './peers/sqlite-peers.ts'

/**
 * Fulfilled when the sockets listen, open exchanges are restored, and the relays have answered or five seconds have
 * passed.
 * @throws {TypeError} if a part of `identity` is missing
 * @throws {RangeError} if a beat of `energy` is out of bounds, or it names no network
 * @throws {AgentError} `wrong-peer` if the own document does not verify; a system error if a socket or the journal
 * cannot be opened
 */
export async function openAgent(options: AgentOptions): Promise<Agent> {
  if (options.energy !== undefined) checkEnergy(options.energy)
  const journal = options.journal ?? 'memory'
  const known = new KnownPeers(journal === 'memory' ? noPeerStore : openSqlitePeers(journal.folder))
  let hub: Hub | undefined
  try {
    hub = new Hub(new OwnSide(options.identity, known, options), storeOf(journal), options)
    await hub.start(options.listen ?? [], options.relays ?? [])
    return hub
  } catch (error) {
    if (hub === undefined) known.close()
    else await hub.close()
    throw error
  }
}

function storeOf(place: JournalPlace): JournalStore {
  return place === 'memory' ? memoryStore() : openSqliteJournal(place.folder, place.durability ?? 'process')
}

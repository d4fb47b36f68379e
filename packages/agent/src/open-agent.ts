/** Opens an agent: its sockets, its journal, what was open before. @module */
import type { Agent, AgentOptions, JournalPlace } from './agent.ts'
import { Hub } from './hub.ts'
import { type JournalStore, memoryStore } from './journal-store.ts'
import { OwnSide } from './own-side.ts'
import { openSqliteJournal } from './sqlite-journal.ts'

/**
 * Fulfilled when the sockets listen, open exchanges are read back, and the relays have answered or five seconds are over.
 * @throws {AgentError} `wrong-peer` when the own document does not verify; an error of the system when a socket or the
 * journal cannot be opened
 */
export async function openAgent(options: AgentOptions): Promise<Agent> {
  const own = new OwnSide(options.identity, options.suites)
  const store = storeOf(options.journal ?? 'memory')
  const hub = new Hub(own, store, options)
  try {
    await hub.start(options.listen ?? [], options.relays ?? [])
  } catch (error) {
    await hub.close()
    throw error
  }
  return hub
}

function storeOf(place: JournalPlace): JournalStore {
  return place === 'memory' ? memoryStore() : openSqliteJournal(place.folder, place.durability ?? 'process')
}

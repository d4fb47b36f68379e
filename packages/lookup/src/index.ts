/** Names of agents: signed documents in folders, and the list of a controller. */
export { controllerList, type ControllerList } from './controller-list.ts'
export { Documents, type Taken } from './documents.ts'
export { NotBelieved } from './errors.ts'
export { folderLookup } from './folder-lookup.ts'
export { inOrder } from './in-order.ts'
export { Presence, type PresenceOptions } from './presence.ts'

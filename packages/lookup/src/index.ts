/** Agents by name, skill and role: signed documents in folders, and the list of a controller. */
export { type Claim, claimOf, claimRule, claimsOf, claimText, hasClaim, isOfClaim } from './claim.ts'
export { controllerList, type ControllerList } from './controller-list.ts'
export { controllerRosters, type ControllerRosters } from './controller-rosters.ts'
export {
  type Among,
  type Claimant,
  type ClaimAnswer,
  type Directory,
  maxClaimants,
  newestOfEach,
  searchAll,
  type SearchOptions,
} from './directory.ts'
export { Documents, type Taken } from './documents.ts'
export { NotBelieved } from './errors.ts'
export { folderLookup } from './folder-lookup.ts'
export { inOrder } from './in-order.ts'
export { Presence, type PresenceOptions } from './presence.ts'
export { reachControllersThrough } from './controller-request.ts'

/** Messages to every member of a role: sealed once, delivered once, with keys that follow the roster. */
export type { Content } from './entry.ts'
export { frameLimits } from './fields.ts'
export { decodeFrame, encodeFrame, type Frame, type GroupFrame } from './frame.ts'
export {
  type Effects,
  GroupEngine,
  type GroupOptions,
  type GroupRoster,
  type Published,
  type Rights,
} from './group-engine.ts'
export { keptFor, maxLogOctets, maxMembers, maxMessageOctets } from './limits.ts'
export { freshOctets } from './own-log.ts'
export type { Change, Delivered, GroupCrypto, GroupStore, Missed, StoredEntry } from './ports.ts'

/** A record that shows when it was rewritten: a hash chain, signed heads, and what checks both. */
export { beginning, ChainCheck, entryHash, type Mark } from './chain.ts'
export { type Head, headPayload, headType, saidSigner, type Signing } from './head.ts'
export {
  type Continued,
  continuedEvent,
  keptEntries,
  RecordCheck,
  type RecordTrust,
  recordHeader,
  recordLine,
  type Verdict,
} from './record.ts'

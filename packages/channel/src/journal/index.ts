/** Exchanges that are executed once and delivered once. */
export { type Arrival, Attachment } from './attachment.ts'
export { type Binding, type ExchangeStart, JournaledExchange, type Outcome, type OutcomeCode } from './exchange.ts'
export {
  decodeExchangeMessage,
  encodeExchangeMessage,
  type ExchangeMessage,
  maxExchangeRecordOctets,
  type OpenMessage,
} from './exchange-message.ts'
export { type CallAdmission, type CallStart, Journal } from './journal.ts'
export {
  journalIdOctets,
  type JournalLimits,
  journalLimits,
  maxHeadOctets,
  maxIdCharacters,
  maxMessageOctets,
  messageOverhead,
} from './limits.ts'
export type { JournalRecord, RestoredJournal } from './record.ts'

/** What is different about a request from outside: what of it passes, and what of its answer goes out. @module */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Outside } from '../local/local-request.ts'
import { mediaTypeOf } from '../wire/header-fields.ts'
import type { LetIn } from './callers.ts'
import { carriedFrom, carriedTo } from './carried-fields.ts'
import type { ExpiringStreams } from './expiring-streams.ts'
import type { Begun } from './limits.ts'
import { outsideCard, type Proofs } from './outside-card.ts'
import { Refused } from './refused.ts'
import { checkWebhooks, saidBy } from './webhooks.ts'

export interface OutsideRules {
  readonly proofs: Proofs
  /** Hosts to which agents may be asked to send notifications. */
  readonly webhooks: readonly string[]
  /** Of the content of a request, in octets. */
  readonly maxOctets: number
  /** Of one caller. */
  readonly maxStreams: number
  readonly streams: ExpiringStreams
}

export interface OutsideCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly caller: LetIn
  readonly begun: Begun
}

/** Of somebody with a token that counts. */
export function ofCaller({ request, response, caller, begun }: OutsideCall, rules: OutsideRules): Outside {
  const endsWithToken = (): void => rules.streams.add(response, (now) => caller.counts(now))
  return {
    outsider: caller.outsider,
    maxOctets: rules.maxOctets,
    fields: carriedTo('caller'),
    check: (head, body) => {
      const said = saidBy(head, body)
      checkWebhooks(said, rules.webhooks)
      if (!said.isStream) return
      if (!begun.stream())
        throw new Refused('too-many', `at most ${rules.maxStreams} streams at once`, { 'retry-after': '1' })
      endsWithToken()
    },
    face: {
      fields: (status, headers) => {
        // Some servers stream to whoever reads, whatever was accepted.
        if (request.method === 'GET' && mediaTypeOf(headers) === 'text/event-stream') endsWithToken()
        return carriedFrom(status, headers)
      },
      card: (text) => outsideCard(text, rules.proofs),
      shows: 'everything',
    },
  }
}

/** Of somebody who proves nothing, and asks for a card. */
export const ofStranger = (rules: Pick<OutsideRules, 'proofs' | 'webhooks'>): Outside => ({
  outsider: undefined,
  maxOctets: 0, // a card needs no content, and content is held
  fields: carriedTo('stranger'),
  check: (head, body) => checkWebhooks(saidBy(head, body), rules.webhooks),
  face: { fields: carriedFrom, card: (text) => outsideCard(text, rules.proofs), shows: 'cards' },
})

/** A MASA over HTTPS (RFC 8995 §5.4 to §5.8), or in the process of its registrar. @module */
import { isRefused, mediaTypeProblem, mediaTypes, paths, refused, type Refused, statusOf } from '@vagus/brski'
import { type BodyEncoding, decodeBody, encodeBody, encodingOf } from '../http/body-encoding.ts'
import { defaultLimits, type ServerLimits } from '../http/limits.ts'
import { RateLimit } from '../http/rate-limit.ts'
import { type Exchange, type HttpsServer, type Listening, problem, refusal, type Reply, serve } from '../http/serve.ts'
import type { MasaAnswer, MasaService } from '../registrar/options.ts'
import type { Masa, MasaReply } from './masa.ts'

export interface MasaServing extends Listening {
  /** Default: `binary` only. Answers come as the request did. */
  readonly bodyEncodings?: readonly BodyEncoding[]
  readonly limits?: Partial<ServerLimits>
  readonly tell?: (event: MasaEvent) => void
}

/** For whoever runs the MASA. */
export type MasaEvent =
  | { readonly type: 'answered'; readonly resource: string; readonly from: string }
  | {
      readonly type: 'refused'
      readonly resource: string
      readonly from: string
      readonly status: number
      readonly problem: string
    }
  | { readonly type: 'failed'; readonly resource: string; readonly error: unknown }

/** Serves `masa` until it is closed. Registrars sign what they ask, so TLS clients need no certificate. */
export async function serveMasa(masa: Masa, serving: MasaServing): Promise<HttpsServer> {
  const { tell, limits, bodyEncodings = ['binary'] } = serving
  const rate = new RateLimit(limits?.requestsPerMinute ?? defaultLimits.requestsPerMinute)
  const resource = (
    accept: (exchange: Exchange) => string | undefined,
    answer: (cms: Uint8Array) => MasaReply | Refused,
  ) => {
    return (exchange: Exchange): Reply => {
      const { from, path: resource } = exchange
      const wait = rate.take(from, Date.now())
      if (wait > 0) return { ...problem(429, 'too many requests'), headers: { 'retry-after': `${wait}` } }
      const reply = answered(exchange, bodyEncodings, accept(exchange), answer)
      if (!isRefused(reply)) {
        tell?.({ type: 'answered', resource, from })
        return reply
      }
      tell?.({ type: 'refused', resource, from, status: statusOf(reply), problem: reply.because.problem })
      return refusal(reply)
    }
  }
  return serve(
    {
      server: masa.server,
      clients: 'anonymous',
      limits,
      failed: (resource, error) => tell?.({ type: 'failed', resource, error }),
      resources: new Map([
        [
          paths.requestVoucher,
          {
            method: 'POST',
            handle: resource(
              ({ accept }) => accept,
              (cms) => masa.requestVoucher(cms),
            ),
          },
        ],
        [
          paths.requestAuditLog,
          {
            method: 'POST',
            handle: resource(
              () => undefined,
              (cms) => masa.requestAuditLog(cms),
            ),
          },
        ],
      ]),
    },
    serving,
  )
}

function answered(
  { contentType, body }: Exchange,
  encodings: readonly BodyEncoding[],
  accept: string | undefined,
  answer: (cms: Uint8Array) => MasaReply | Refused,
): Reply | Refused {
  const typeProblem = mediaTypeProblem(contentType, accept)
  if (typeProblem !== undefined) return refused('media-type', typeProblem)
  const cms = decodeBody(body, encodings)
  if (cms === undefined) return refused('format', `the body is no CMS in ${encodings.join(' or ')}`)
  const reply = answer(cms)
  if (isRefused(reply)) return reply
  const isVoucher = reply.contentType === mediaTypes.voucher
  return {
    status: 200,
    contentType: reply.contentType,
    body: isVoucher ? encodeBody(reply.body, encodingOf(body)) : reply.body,
  }
}

/** `masa` for a registrar in the same process: an operator who is the maker, too, needs no second server. */
export function localMasa(masa: Masa): MasaService {
  return {
    ask: async ({ resource, cms }): Promise<MasaAnswer> => {
      const reply = masa[resource](cms)
      if (!isRefused(reply)) return { status: 200, ...reply }
      return { status: statusOf(reply), contentType: mediaTypes.problem, body: Buffer.from(reply.because.problem) }
    },
  }
}

/** What a registrar is given: its keys, the makers it knows, the operator's decisions, and its limits. @module */
import type { AuditLog, Certificate, MasaResource, PledgeAdmission, RequestRoot, StatusReport } from '@vagus/brski'
import type { AgentId, JsonValue } from '@vagus/identity'
import type { Issuer } from '@vagus/pki'
import type { BodyEncoding } from '../http/body-encoding.ts'
import type { ServerLimits } from '../http/limits.ts'

/** The keys of a domain. `openDomain` keeps them in files. */
export interface DomainCredentials {
  /** The domain's CA. Its certificate is what vouchers pin. */
  readonly ca: Issuer
  /** The registrar's own key and certificate, with id-kp-cmcRA: TLS server, and signer of its requests. */
  readonly registrar: Issuer
}

/** A maker of devices. */
export interface Maker {
  /** For events: "our own". */
  readonly name: string
  /** CAs of its IDevIDs. */
  readonly anchors: readonly Certificate[]
  readonly masa: MasaService
  /** How its MASA wants the container of requests named. Default `rfc8995`. */
  readonly requestRoot?: RequestRoot
}

/** How a MASA is asked: over HTTPS (`masaClient`), or in this process (`Masa.service`). */
export interface MasaService {
  /**
   * Posts a registrar's request.
   * @param masaUrl id-pe-masa-url of the IDevID; a service with an address of its own does not use it
   * @param accept media types the pledge takes
   */
  ask(question: {
    readonly resource: MasaResource
    readonly cms: Uint8Array
    readonly masaUrl: string | undefined
    readonly accept: string
    readonly signal: AbortSignal
  }): Promise<MasaAnswer>
}

export interface MasaAnswer {
  /** Of HTTP; 503 where the MASA could not be reached. */
  readonly status: number
  readonly contentType: string
  /** The voucher or the log if `status` is 200, else a text for people. */
  readonly body: Uint8Array
}

/** A device of the domain. */
export interface Member {
  readonly serialNumber: string
  /** Its LDevID. */
  readonly certificate: Certificate
  /** The agent whose key the LDevID holds; `undefined` unless that is an Ed25519 key. */
  readonly agentId: AgentId | undefined
}

/** The operator's decisions, and where they are kept. Each call may take time; one that throws is told as `failed`. */
export interface Membership {
  /** May this device join? Asked for each request of a pledge, and before each first certificate. */
  admission(pledge: PledgeFacts): PledgeAdmission | Promise<PledgeAdmission>
  /** Keeps that `member` got its certificate, before it is sent. */
  enrolled(member: Member, how: 'first' | 'renewed'): void | Promise<void>
  /** Whether a certificate of the domain still counts. */
  standing(serialNumber: string, certificate: Certificate): 'member' | 'revoked' | Promise<'member' | 'revoked'>
  /** What a member needs to run, as JSON for `GET /.well-known/vagus/settings`. Left out: 404. */
  settings?(member: Member): JsonValue | Promise<JsonValue>
}

/** Who asks: authenticated by the maker's CA. */
export interface PledgeFacts {
  readonly serialNumber: string
  readonly maker: string
  readonly idevid: Certificate
  /** Address of the TCP connection: with a join proxy, that of the proxy. */
  readonly from: string
}

export interface RegistrarOptions {
  readonly credentials: DomainCredentials
  readonly makers: readonly Maker[]
  readonly membership: Membership
  /** domainIDs in base64 whose devices may be taken over, beside the own one (RFC 8995 §5.8.3). */
  readonly formerDomains?: readonly string[]
  /** Names of the container in pledges' requests. Default: `rfc8995` only. */
  readonly roots?: readonly RequestRoot[]
  /** How pledges may send CMS; answers come as the request did. Default: `binary` only. */
  readonly bodyEncodings?: readonly BodyEncoding[]
  /**
   * `required`: a device whose audit log the MASA does not show may not join. `preferred`: its absence is told as an event.
   * Default `required`.
   */
  readonly auditLog?: 'required' | 'preferred'
  /** Milliseconds that a MASA may take; then the pledge is told to wait. Default 10 s. */
  readonly masaTimeout?: number
  /** Seconds that a waiting pledge is told (202). Default 30. */
  readonly retryAfterSeconds?: number
  /** Life of an LDevID in milliseconds. Default 30 days. */
  readonly ldevidLife?: number
  readonly limits?: Partial<ServerLimits>
  readonly tell?: (event: RegistrarEvent) => void
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number
}

/** For the operator. `problem` says what was wrong and what would be right. */
export type RegistrarEvent =
  | { readonly type: 'asked'; readonly pledge: PledgeFacts; readonly admission: PledgeAdmission }
  /** The pledge was told to wait. */
  | { readonly type: 'masa-unreachable'; readonly pledge: PledgeFacts; readonly problem: string }
  | { readonly type: 'vouched'; readonly pledge: PledgeFacts; readonly log: AuditLog | undefined }
  | {
      readonly type: 'voucher-status' | 'enrol-status'
      readonly serialNumber: string
      /** Whose certificate the connection had: an enrolment that worked is reported as a member (RFC 8995 §5.9.4). */
      readonly by: 'pledge' | 'member'
      /** Of a pledge. */
      readonly maker: string | undefined
      readonly report: StatusReport
    }
  /** A fault of ours or of `membership`. The client got 500. */
  | { readonly type: 'failed'; readonly resource: string; readonly error: unknown }
  | { readonly type: 'enrolled'; readonly member: Member; readonly how: 'first' | 'renewed' }
  | {
      readonly type: 'refused'
      readonly status: number
      readonly resource: string
      readonly from: string
      readonly serialNumber: string | undefined
      /** Of a pledge. */
      readonly maker: string | undefined
      readonly problem: string
    }

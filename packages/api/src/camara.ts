/**
 * Requests of the CAMARA APIs that the controller answers, where `camara` is in vagus.yaml (Apache-2.0, The Linux Foundation):
 *
 *   POST   /quality-on-demand/v1/sessions               body: CreateSession
 *   GET    /quality-on-demand/v1/sessions/{id}
 *   DELETE /quality-on-demand/v1/sessions/{id}
 *   POST   /quality-on-demand/v1/sessions/{id}/extend   body: ExtendSession
 *   POST   /quality-on-demand/v1/retrieve-sessions      body: RetrieveSessions
 *   GET    /qos-profiles/v1/qos-profiles/{name}
 *   POST   /qos-profiles/v1/retrieve-qos-profiles       body: RetrieveProfiles
 *
 * Answers are those of CAMARA, not of the rest of our API: no `kind`, and errors as `ErrorInfo`. What is not declared in a
 * request is refused, at any depth.
 * @module
 */
import { z } from 'zod'
import { profileNamePattern } from './camara-setting.ts'

export { type CamaraConfig, camaraRate, profileNamePattern } from './camara-setting.ts'

export const qodPath = '/quality-on-demand/v1'
export const profilesPath = '/qos-profiles/v1'

/** Of the header `x-correlator`. */
export const correlatorPattern = /^[a-zA-Z0-9\-_:;./<>{}]{0,256}$/

const port = z.int().min(1).max(65_535)
const ports = z
  .strictObject({
    ranges: z
      .array(z.strictObject({ from: port, to: port }))
      .min(1)
      .max(65_536)
      .optional(),
    ports: z.array(port).min(1).max(65_536).optional(),
  })
  .refine((spec) => spec.ranges !== undefined || spec.ports !== undefined, 'must have ranges or ports')

const deviceIpv4 = z
  .strictObject({ publicAddress: z.ipv4(), privateAddress: z.ipv4().optional(), publicPort: port.optional() })
  .refine(
    ({ privateAddress, publicPort }) => privateAddress !== undefined || publicPort !== undefined,
    'must have privateAddress or publicPort beside publicAddress',
  )

const camaraDeviceSchema = z
  .strictObject({
    phoneNumber: z
      .string()
      .regex(/^\+[1-9][0-9]{4,14}$/, 'must be a number such as +123456789')
      .optional(),
    networkAccessIdentifier: z.string().max(2048).optional(),
    ipv4Address: deviceIpv4.optional(),
    ipv6Address: z.ipv6().max(45).optional(),
  })
  .refine((device) => Object.values(device).some((one) => one !== undefined), 'must have an identifier')

const octet = '(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])'
/** Patterns of CAMARA. They take what is no subnet, too, such as `::::`; who looks for the place finds that. */
const subnet4 = z
  .string()
  .max(18)
  .regex(new RegExp(`^${octet}(\\.${octet}){3}(/(3[0-2]|[12]?[0-9]))?$`), 'must be such as 198.51.100.0/24')
const subnet6 = z
  .string()
  .max(49)
  .regex(/^[0-9a-fA-F:.]+(\/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?$/, 'must be such as 2001:db8::/64')

const applicationServer = z
  .strictObject({
    ipAddresses: z
      .array(z.union([z.ipv4(), z.ipv6()], 'must be an address without a length'))
      .min(1)
      .max(16)
      .refine((all) => new Set(all).size === all.length, 'must have each address once')
      .optional(),
    ipv4Address: subnet4.optional(),
    ipv6Address: subnet6.optional(),
  })
  .refine(
    ({ ipAddresses, ipv4Address, ipv6Address }) =>
      (ipAddresses === undefined) !== (ipv4Address === undefined && ipv6Address === undefined),
    'must have either ipAddresses, or ipv4Address, ipv6Address or both',
  )

const sinkCredential = z.discriminatedUnion('credentialType', [
  z.strictObject({
    credentialType: z.literal('ACCESSTOKEN'),
    // As RFC 6750 has it, so that it can stand in a header.
    accessToken: z
      .string()
      .max(4096)
      .regex(/^[\x21-\x7e]+$/, 'must be printable characters without spaces'),
    accessTokenExpiresUtc: z.iso.datetime({ offset: true }).max(64),
    accessTokenType: z.literal('bearer'),
  }),
  z.strictObject({
    credentialType: z.literal('PRIVATE_KEY_JWT'),
    clientId: z.string().max(128).optional(),
    tokenUri: z.string().max(2048).optional(),
    jwksUri: z.string().max(2048).optional(),
  }),
])

const seconds = z.int().min(1).max(2_147_483_647)
const profileName = z.string().regex(profileNamePattern, 'must be 3..256 of a-z, A-Z, 0-9, "_", "." and "-"')

export const createSessionSchema = z.strictObject({
  device: camaraDeviceSchema.optional(),
  applicationServer,
  devicePorts: ports.optional(),
  applicationServerPorts: ports.optional(),
  qosProfile: profileName,
  sink: z.string().max(2048).optional(),
  sinkCredential: sinkCredential.optional(),
  duration: seconds,
})
export const extendSessionSchema = z.strictObject({ requestedAdditionalDuration: seconds })
export const retrieveSessionsSchema = z.strictObject({ device: camaraDeviceSchema.optional() })
export const retrieveProfilesSchema = z.strictObject({
  device: camaraDeviceSchema.optional(),
  name: profileName.optional(),
  status: z.enum(['ACTIVE', 'INACTIVE', 'DEPRECATED']).optional(),
})

export type CreateSession = z.infer<typeof createSessionSchema>
export type CamaraDevice = z.infer<typeof camaraDeviceSchema>
export type ApplicationServer = CreateSession['applicationServer']
export type RetrieveProfiles = z.infer<typeof retrieveProfilesSchema>

export type QosStatus = 'REQUESTED' | 'AVAILABLE' | 'UNAVAILABLE'
/** Why a session is UNAVAILABLE. */
export type StatusInfo = 'DURATION_EXPIRED' | 'NETWORK_TERMINATED' | 'DELETE_REQUESTED'

/** A session as it is answered; times are RFC 3339. */
export interface SessionInfo {
  readonly sessionId: string
  /** The one identifier that is used. */
  readonly device: CamaraDevice
  readonly applicationServer: ApplicationServer
  readonly qosProfile: string
  readonly sink?: string
  /** Seconds: as granted, and of one that is over as it was. */
  readonly duration: number
  readonly startedAt?: string
  readonly expiresAt?: string
  readonly qosStatus: QosStatus
  readonly statusInfo?: StatusInfo
}

/** What `vagus.yaml` says of who operates: where people sign in, and what they may. @module */
import { z } from 'zod'
import { duration, isWithin } from './duration-setting.ts'
import { roles } from './roles.ts'

const urlText =
  'must be an https URL without ? and #, such as https://id.example.com; http only for 127.0.0.1 and [::1]'
const url = z
  .string()
  .max(1024)
  .regex(/^(https:\/\/[^\s?#@]+|http:\/\/(127(\.\d{1,3}){3}|\[::1\]|localhost)(:\d+)?(\/[^\s?#@]*)?)$/, urlText)
const texts = (example: string) => z.array(z.string().min(1).max(256)).max(1000).default([]).describe(example)

const address = z
  .string()
  .max(256)
  .regex(/^[^\s@]*@[^\s@]+$/, 'must be an address, or all of a domain: @example.com')

const grant = z
  .strictObject({
    role: z.enum(roles, `must be one of ${roles.join(', ')}`).describe('what they are'),
    groups: texts('groups or roles of the issuer, as its tokens name them'),
    emails: z
      .array(address)
      .max(1000)
      .default([])
      .describe('addresses that the issuer has checked, or all of a domain: @example.com'),
    subjects: texts('"sub" of single accounts'),
  })
  .refine(
    ({ groups, emails, subjects }) => groups.length + emails.length + subjects.length > 0,
    'must say who: "groups", "emails" or "subjects"',
  )

export const tlsSetting = z
  .strictObject({
    cert: z.string().min(1).describe('PEM file with the certificate and those of its issuers'),
    key: z.string().min(1).describe('PEM file of mode 0600 with its key'),
  })
  .optional()
  .describe('API and console over HTTPS; renewed files are taken without a restart')

export const plainSetting = z
  .string()
  .min(8, 'must say why, such as "TLS ends at the proxy on this host"')
  .max(200)
  .optional()
  .describe('why "listen" of an address that is no loopback may go without TLS although there are "operators"')

export const operatorsSetting = z
  .strictObject({
    url: url
      .optional()
      .describe('the console as people reach it, such as https://noc.example.com; needed with "issuer"'),
    issuer: url.optional().describe('of OpenID Connect, as it calls itself; absent: tokens only'),
    clientId: z.string().min(1).max(256).optional().describe('of the controller at the issuer; needed with "issuer"'),
    clientSecretFile: z
      .string()
      .min(1)
      .optional()
      .describe('file of mode 0600 with the secret of the client; absent: a public client, with PKCE alone'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/, 'must be a scope, such as groups'))
      .max(16)
      .default(['openid', 'profile', 'email'])
      .describe('what the issuer is asked for; some need "groups"'),
    groupsClaim: z
      .string()
      .min(1)
      .max(128)
      .default('groups')
      .describe('where tokens have the groups: groups, roles, realm_access.roles (Keycloak)'),
    idle: duration
      .refine((text) => isWithin(text, 60_000, 86_400_000), 'must be 1m to 1d')
      .default('1h')
      .describe('a session of the console that is not used ends after it, 1m to 1d'),
    session: duration
      .refine((text) => isWithin(text, 300_000, 7 * 86_400_000), 'must be 5m to 7d')
      .default('12h')
      .describe('any session ends after it, 5m to 7d'),
    roles: z
      .array(grant)
      .max(64)
      .default([])
      .describe(
        'who is what, any of the groups, addresses or accounts; one may be several, and who is none may nothing',
      ),
  })
  .refine(
    ({ issuer, url: own, clientId }) =>
      [issuer, own, clientId].every((one) => (one === undefined) === (issuer === undefined)),
    'must have "issuer", "url" and "clientId" together, or none of them',
  )
  .optional()
  .describe('people and scripts with names and roles; then reading needs a role, too')

export type OperatorsConfig = NonNullable<z.infer<typeof operatorsSetting>>

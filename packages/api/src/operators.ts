/** Who asks a controller, and how somebody signs in to it. @module */
import { z } from 'zod'
import { rights, roles } from './roles.ts'

export { mayDo, mayNotText, type Right, rights, type Role, roles } from './roles.ts'

/** By what one sees that it is a token for a script, and no session. */
export const scriptTokenPrefix = 'vgt_'

const apiVersion = z.literal('vagus/v1')
const role = z.enum(roles)

export const meSchema = z.object({
  apiVersion,
  kind: z.literal('Me'),
  name: z.string().describe('`name <email>`, `token NAME`, or operator.key'),
  how: z
    .enum(['open', 'session', 'token', 'operator.key'])
    .describe('open: vagus.yaml has no "operators", so that everybody reads, and operator.key changes'),
  roles: z.array(role),
  rights: z.array(z.enum(Object.keys(rights) as [keyof typeof rights, ...(keyof typeof rights)[]])),
  until: z.iso.datetime().nullable().describe('when it ends at the latest; null: it does not'),
  csrf: z
    .string()
    .nullable()
    .describe('a page sends it back in the header vagus-csrf with whatever changes something; null: it need not'),
})
export type Me = z.infer<typeof meSchema>

/** Signing in without a browser beside the program (RFC 8628). */
export const deviceSignInSchema = z.object({
  apiVersion,
  kind: z.literal('DeviceSignIn'),
  state: z.enum(['waiting', 'signed-in']),
  id: z.string().describe('asked for again until it is signed in'),
  userCode: z.string().describe('what the person types there'),
  verificationUri: z.string().describe('where'),
  verificationUriComplete: z.string().nullable().describe('the same with the code in it; null: there is none'),
  every: z.number().describe('seconds between two questions'),
  until: z.iso.datetime().describe('of the code; once signed in, of the session'),
  token: z.string().nullable().describe('the bearer token of the session; null: it waits'),
  name: z.string().nullable().describe('as the record will name who signed in; null: it waits'),
  roles: z.array(role),
})
export type DeviceSignIn = z.infer<typeof deviceSignInSchema>

export const signOutSchema = z.object({
  apiVersion,
  kind: z.literal('SignOut'),
  issuer: z.string().nullable().describe('where the session at the issuer is ended; null: it says no such place'),
})
export type SignOut = z.infer<typeof signOutSchema>

/** Where the MASA of a device is, as its IDevID says (RFC 8995 §2.3.2). @module */
import { paths } from './registry.ts'
import { refused, type Refused } from './refusal.ts'

/** An authority, or an https URL without query and fragment. */
const form =
  /^(?:https:\/\/)?(?<authority>(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?)(?<path>\/[^\s?#]*)?$/

export type MasaResource = 'requestVoucher' | 'requestAuditLog'

/**
 * The URL of `resource` at the MASA that the extension `text` names. Without a slash it is an authority, and the
 * resources are at their usual place; else `text` is the URL of the folder that holds them.
 */
export function masaUrlOf(
  text: string,
  resource: MasaResource,
): { readonly type: 'url'; readonly url: string } | Refused {
  const { authority, path } = form.exec(text)?.groups ?? {}
  if (authority === undefined || text.length > 2048) {
    return refused(
      'malformed',
      `"${text.slice(0, 80)}" names no MASA; it must be HOST:PORT, or an https URL without "?" and "#"`,
    )
  }
  const usual = paths[resource]
  if (path === undefined) return { type: 'url', url: `https://${authority}${usual}` }
  return { type: 'url', url: `https://${authority}${path.replace(/\/$/, '')}${usual.slice(usual.lastIndexOf('/'))}` }
}

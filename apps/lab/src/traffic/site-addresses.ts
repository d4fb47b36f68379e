/**
 * Makes all addresses of a site's prefixes local to the namespace (AnyIP: a `local` route to the loopback), so that a
 * process can be hundreds of hosts. IPv6 sockets may bind to them only with net.ipv6.ip_nonlocal_bind.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { PlanSite } from './plan.ts'

/** To be called in the site's own namespace, with CAP_NET_ADMIN there. May be called again. @throws {Error} of `ip` */
export function claimPrefixes({ v4Prefix, v6Prefix }: PlanSite): void {
  const ip = (...args: readonly string[]): unknown => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  ip('link', 'set', 'dev', 'lo', 'up')
  ip('-4', 'route', 'replace', 'local', v4Prefix, 'dev', 'lo')
  ip('-6', 'route', 'replace', 'local', v6Prefix, 'dev', 'lo')
  writeFileSync('/proc/sys/net/ipv6/ip_nonlocal_bind', '1')
}

/**
 * All commands by name. A command's file is loaded only when it is used, so that `vagus status` loads no lab and no
 * controller.
 * @module
 */
import type { Command, Registry } from './command.ts'
import { nearestOf } from '@vagus/api/nearest'

type Load = () => Promise<{ readonly command: Command }>

/** In the order of help. */
const loads: Readonly<Record<string, Load>> = {
  demo: () => import('./commands/demo.ts'),
  'lab up': () => import('./commands/lab-up.ts'),
  'lab down': () => import('./commands/lab-down.ts'),
  'lab ls': () => import('./commands/lab-ls.ts'),
  'lab shell': () => import('./commands/lab-shell.ts'),
  'lab move': () => import('./commands/lab-move.ts'),
  'lab run': () => import('./commands/lab-run.ts'),
  'lab fault': () => import('./commands/lab-fault.ts'),
  'lab traffic': () => import('./commands/lab-traffic.ts'),
  cheat: () => import('./commands/cheat.ts'),
  run: () => import('./commands/run.ts'),
  gateway: () => import('./commands/gateway.ts'),
  mcp: () => import('./commands/mcp.ts'),
  'agent ls': () => import('./commands/agent-ls.ts'),
  'agent show': () => import('./commands/agent-show.ts'),
  'agent rm': () => import('./commands/agent-rm.ts'),
  'agent call': () => import('./commands/agent-call.ts'),
  'agent path': () => import('./commands/agent-path.ts'),
  'agent move': () => import('./commands/agent-move.ts'),
  'agent quarantine': () => import('./commands/agent-quarantine.ts'),
  'agent release': () => import('./commands/agent-release.ts'),
  'address attach': () => import('./commands/address-attach.ts'),
  'address show': () => import('./commands/address-show.ts'),
  'address move': () => import('./commands/address-move.ts'),
  'group ls': () => import('./commands/group-ls.ts'),
  'group show': () => import('./commands/group-show.ts'),
  'group send': () => import('./commands/group-send.ts'),
  'group listen': () => import('./commands/group-listen.ts'),
  'session ls': () => import('./commands/session-ls.ts'),
  'session show': () => import('./commands/session-show.ts'),
  'id new': () => import('./commands/id-new.ts'),
  'id show': () => import('./commands/id-show.ts'),
  'id rotate': () => import('./commands/id-rotate.ts'),
  'id bind': () => import('./commands/id-bind.ts'),
  'id attest': () => import('./commands/id-attest.ts'),
  'id delegate': () => import('./commands/id-delegate.ts'),
  'id verify': () => import('./commands/id-verify.ts'),
  'roster new': () => import('./commands/roster-new.ts'),
  'roster show': () => import('./commands/roster-show.ts'),
  'roster ls': () => import('./commands/roster-ls.ts'),
  'roster add': () => import('./commands/roster-add.ts'),
  'roster rm': () => import('./commands/roster-rm.ts'),
  'roster policy': () => import('./commands/roster-policy.ts'),
  'roster service': () => import('./commands/roster-service.ts'),
  'roster check': () => import('./commands/roster-check.ts'),
  'roster publish': () => import('./commands/roster-publish.ts'),
  'roster forget': () => import('./commands/roster-forget.ts'),
  controller: () => import('./commands/controller.ts'),
  device: () => import('./commands/device.ts'),
  'device join': () => import('./commands/device-join.ts'),
  netconf: () => import('./commands/netconf.ts'),
  relay: () => import('./commands/relay.ts'),
  service: () => import('./commands/service.ts'),
  login: () => import('./commands/login.ts'),
  logout: () => import('./commands/logout.ts'),
  whoami: () => import('./commands/whoami.ts'),
  'token new': () => import('./commands/token-new.ts'),
  'token ls': () => import('./commands/token-ls.ts'),
  'token rm': () => import('./commands/token-rm.ts'),
  'config check': () => import('./commands/config-check.ts'),
  'config explain': () => import('./commands/config-explain.ts'),
  'config dump': () => import('./commands/config-dump.ts'),
  status: () => import('./commands/status.ts'),
  'flow top': () => import('./commands/flow-top.ts'),
  'flow series': () => import('./commands/flow-series.ts'),
  'flow export': () => import('./commands/flow-export.ts'),
  matrix: () => import('./commands/matrix.ts'),
  'link ls': () => import('./commands/link-ls.ts'),
  'link show': () => import('./commands/link-show.ts'),
  'device ls': () => import('./commands/device-ls.ts'),
  'device show': () => import('./commands/device-show.ts'),
  'device interfaces': () => import('./commands/device-interfaces.ts'),
  'device top': () => import('./commands/device-top.ts'),
  'device lines': () => import('./commands/device-lines.ts'),
  'device mcp': () => import('./commands/device-mcp.ts'),
  'device commits': () => import('./commands/device-commits.ts'),
  'device policy': () => import('./commands/device-policy.ts'),
  'masa new': () => import('./commands/masa-new.ts'),
  'masa issue': () => import('./commands/masa-issue.ts'),
  'masa ls': () => import('./commands/masa-ls.ts'),
  'masa run': () => import('./commands/masa-run.ts'),
  'join ls': () => import('./commands/join-ls.ts'),
  'join show': () => import('./commands/join-show.ts'),
  'join accept': () => import('./commands/join-accept.ts'),
  'join refuse': () => import('./commands/join-refuse.ts'),
  'join revoke': () => import('./commands/join-revoke.ts'),
  'exporter ls': () => import('./commands/exporter-ls.ts'),
  'bgp med': () => import('./commands/bgp-med.ts'),
  'bgp undo': () => import('./commands/bgp-undo.ts'),
  'bgp peers': () => import('./commands/bgp-peers.ts'),
  'bgp rib': () => import('./commands/bgp-rib.ts'),
  'bgp adj-in': () => import('./commands/bgp-adj-in.ts'),
  'bgp adj-out': () => import('./commands/bgp-adj-out.ts'),
  'bgp diff': () => import('./commands/bgp-diff.ts'),
  'border ls': () => import('./commands/border-ls.ts'),
  'border show': () => import('./commands/border-show.ts'),
  'proposal ls': () => import('./commands/proposal-ls.ts'),
  'proposal show': () => import('./commands/proposal-show.ts'),
  'proposal approve': () => import('./commands/proposal-approve.ts'),
  'proposal undo': () => import('./commands/proposal-undo.ts'),
  'line quote': () => import('./commands/line-quote.ts'),
  'line order': () => import('./commands/line-order.ts'),
  'line ls': () => import('./commands/line-ls.ts'),
  'line show': () => import('./commands/line-show.ts'),
  'line change': () => import('./commands/line-change.ts'),
  'line approve': () => import('./commands/line-approve.ts'),
  'line release': () => import('./commands/line-release.ts'),
  'line verify': () => import('./commands/line-verify.ts'),
  'intent check': () => import('./commands/intent-check.ts'),
  'intent apply': () => import('./commands/intent-apply.ts'),
  'intent ls': () => import('./commands/intent-ls.ts'),
  'intent show': () => import('./commands/intent-show.ts'),
  'intent undo': () => import('./commands/intent-undo.ts'),
  'intent export': () => import('./commands/intent-export.ts'),
  whois: () => import('./commands/whois.ts'),
  'grasp ls': () => import('./commands/grasp-ls.ts'),
  'grasp watch': () => import('./commands/grasp-watch.ts'),
  'grasp discover': () => import('./commands/grasp-discover.ts'),
  'grasp flood': () => import('./commands/grasp-flood.ts'),
  unusual: () => import('./commands/unusual.ts'),
  'ipv6 share': () => import('./commands/ipv6-share.ts'),
  events: () => import('./commands/events.ts'),
  trace: () => import('./commands/trace.ts'),
  'audit ls': () => import('./commands/audit-ls.ts'),
  'audit verify': () => import('./commands/audit-verify.ts'),
  'audit export': () => import('./commands/audit-export.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  doctor: () => import('./commands/doctor.ts'),
  check: () => import('./commands/check.ts'),
  completion: () => import('./commands/completion.ts'),
  version: () => import('./commands/version.ts'),
  help: () => import('./commands/help.ts'),
}

/** A registry of `loads`; tests make their own. */
export function registryOf(loads: Readonly<Record<string, Load>>): Registry {
  const names = Object.keys(loads)
  const load = async (name: string): Promise<Command> => (await loads[name]!()).command
  return {
    names,
    find(words) {
      for (const length of [2, 1]) {
        const name = words.slice(0, length).join(' ')
        if (words.length >= length && Object.hasOwn(loads, name)) return { name, length, load: () => load(name) }
      }
      return undefined
    },
    nearest(words) {
      const [first, second] = words.filter((word) => !word.startsWith('-'))
      if (first === undefined) return undefined
      const both = second === undefined ? undefined : nearestOf(`${first} ${second}`, names)
      return both ?? nearestOf(first, names) ?? names.find((name) => name.endsWith(` ${first}`)) ?? groupMeant(first)
    },
    loadAll: () => Promise.all(names.map(load)),
  }
  function groupMeant(first: string): string | undefined {
    return nearestOf(first, new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]!)))
  }
}

export const registry: Registry = registryOf(loads)

/** Whether somebody listens on a TCP port of a node, as its namespace's table of sockets says (proc(5), /proc/net/tcp). @module */
import { readFileSync } from 'node:fs'

/** `holder` is the process that holds the node's namespaces. IPv4 only. */
export function isListening(holder: number, port: number): boolean {
  const local = new RegExp(`^ *\\d+: [0-9A-F]{8}:${port.toString(16).toUpperCase().padStart(4, '0')} \\S+ 0A `, 'm')
  return local.test(readFileSync(`/proc/${holder}/net/tcp`, 'utf8'))
}

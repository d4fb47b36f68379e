/** Sentences and subjects as far as a span may have them: a trace leaves the host. @module */

const id = /did:key:\w+/g
/** IPv4 and IPv6, with the length of a prefix or a port. */
const address =
  /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2}|:\d{1,5})?(?![\w.]*\w)|(?<![\w:])\[?(?=[0-9a-f]*:[0-9a-f:]*:)[0-9a-f:]+(?:\.\d{1,3}){0,3}\]?(?:\/\d{1,3}|:\d{1,5})?(?![\w:])/gi

/** Without addresses, and without ids of agents unless these are told. @param agents as of `TraceSettings`, but `nobody` */
export function toldText(text: string, agents: 'names' | 'ids'): string {
  const known = agents === 'ids' ? text : text.replaceAll(id, 'an agent')
  return known.replaceAll(address, 'an address')
}

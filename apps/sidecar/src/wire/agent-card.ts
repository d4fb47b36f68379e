/**
 * Addresses in agent cards (A2A 1.0 §8, and 0.3). A card names the addresses of a server that only its own host reaches;
 * a client that followed them would leave the side-car. So each address over HTTP becomes the one of the same path here,
 * interfaces that HTTP/1.1 cannot carry (gRPC) go, and signatures go, since they were made over the other addresses.
 * @module
 */
import { jsonObject } from './json-object.ts'

/** Where the public card is asked for (A2A 1.0 §8.2). */
export const cardTarget = '/.well-known/agent-card.json'
/** That and its place before; and of the extended card, in HTTP+JSON of 1.0 and 0.3. All may be below a tenant. */
const cardPaths = [cardTarget, '/.well-known/agent.json', '/extendedAgentCard', '/v1/card'] as const
export const isCardTarget = (target: string): boolean => cardPaths.some((path) => target.split('?')[0]!.endsWith(path))

/** Addresses below `exposed` (`http://127.0.0.1:9000`) become addresses below `here` (`http://127.0.0.1:40000/agents/NAME`). */
export interface CardMove {
  readonly exposed: string
  readonly here: string
}

/** @param answer a card, or the answer to a JSON-RPC call with one; `undefined` when it is neither */
export function rewriteCard(answer: string, move: CardMove): string | undefined {
  const content = jsonObject(answer)
  const card = content?.['jsonrpc'] === undefined ? content : content['result']
  if (!isCard(card)) return undefined
  moveAddresses(card, move)
  return JSON.stringify(content)
}

/** What is asked for at `/v1/card` may be something else. */
const isCard = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  ['supportedInterfaces', 'capabilities', 'skills'].some((member) => member in value)

function moveAddresses(card: Record<string, unknown>, move: CardMove): void {
  for (const member of ['supportedInterfaces', 'additionalInterfaces']) {
    const interfaces = card[member]
    if (!Array.isArray(interfaces)) continue
    card[member] = interfaces.filter(isCarried).map(({ url, ...others }) => ({ ...others, url: moved(url, move) }))
  }
  delete card['signatures']
  if (typeof card['url'] !== 'string') return
  if (!isGrpc(card['preferredTransport'])) {
    card['url'] = moved(card['url'], move)
    return
  }
  // In 0.3 the first address stands apart: the first of the others takes its place.
  delete card['url']
  delete card['preferredTransport']
  const [next] = (card['additionalInterfaces'] ?? []) as readonly (Carried | undefined)[]
  if (next !== undefined) Object.assign(card, { url: next.url, preferredTransport: next.transport })
}

interface Carried {
  readonly url: string
  readonly transport?: unknown
}

const isGrpc = (transport: unknown): boolean => /^grpc$/i.test(String(transport))

function isCarried(each: unknown): each is Carried {
  if (typeof each !== 'object' || each === null) return false
  const { protocolBinding, transport, url } = each as Record<string, unknown>
  return !isGrpc(protocolBinding ?? transport) && /^https?:/i.test(String(url))
}

function moved(url: string, { exposed, here }: CardMove): string {
  const parsed = URL.parse(url)
  if (parsed === null) return url
  const below = (URL.parse(exposed)?.pathname ?? '').replace(/\/$/, '')
  const path = parsed.pathname.startsWith(`${below}/`) ? parsed.pathname.slice(below.length) : parsed.pathname
  return `${here}${path === '/' && !url.endsWith('/') ? '' : path}${parsed.search}`
}

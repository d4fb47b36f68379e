/**
 * Addresses in agent cards (A2A 1.0 §8, and 0.3). A card names the addresses of a server that only its own host reaches;
 * a client that followed them would leave the side-car. So each address over HTTP becomes the one of the same path here,
 * interfaces that HTTP/1.1 cannot carry (gRPC) go, and signatures go, since they were made over the other addresses.
 * @module
 */
import { jsonObject } from './a2a-request.ts'

/** Where a card is asked for (A2A 1.0 §8.2). */
export const cardTarget = '/.well-known/agent-card.json'
const cardPaths = [cardTarget, '/.well-known/agent.json'] as const
export const isCardTarget = (target: string): boolean => cardPaths.some((path) => target.split('?')[0]!.endsWith(path))

/** Addresses below `exposed` (`http://127.0.0.1:9000`) become addresses below `here` (`http://127.0.0.1:40000/agents/NAME`). */
export interface CardMove {
  readonly exposed: string
  readonly here: string
}

/** `undefined` when `card` is no JSON object. */
export function rewriteCard(card: string, move: CardMove): string | undefined {
  const content = jsonObject(card)
  if (content === undefined) return undefined
  for (const member of ['supportedInterfaces', 'additionalInterfaces']) {
    const interfaces = content[member]
    if (!Array.isArray(interfaces)) continue
    content[member] = interfaces.filter(isCarried).map(({ url, ...others }) => ({ ...others, url: moved(url, move) }))
  }
  if (typeof content['url'] === 'string') content['url'] = moved(content['url'], move)
  delete content['signatures']
  return JSON.stringify(content)
}

interface Carried {
  readonly url: string
}

function isCarried(each: unknown): each is Carried {
  if (typeof each !== 'object' || each === null) return false
  const { protocolBinding, transport, url } = each as Record<string, unknown>
  return String(protocolBinding ?? transport).toUpperCase() !== 'GRPC' && /^https?:/i.test(String(url))
}

function moved(url: string, { exposed, here }: CardMove): string {
  const parsed = URL.parse(url)
  if (parsed === null) return url
  const below = (URL.parse(exposed)?.pathname ?? '').replace(/\/$/, '')
  const path = parsed.pathname.startsWith(`${below}/`) ? parsed.pathname.slice(below.length) : parsed.pathname
  return `${here}${path === '/' && !url.endsWith('/') ? '' : path}${parsed.search}`
}

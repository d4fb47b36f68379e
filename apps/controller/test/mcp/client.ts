/** The client of the MCP SDK, as programs of AI agents use it. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** By the version that each era ends up with. */
export const eras = { '2025-11-25': 'legacy', '2026-07-28': 'auto' } as const
export type Era = keyof typeof eras
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** Connected to the controller at `base`. */
export async function connected(era: Era, base: string, fetch: Fetch = globalThis.fetch): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: eras[era] } })
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', base), { fetch }))
  return client
}

/** Whether it is an error, its text, and its structured content. */
export async function called(client: Client, name: string, args: Readonly<Record<string, unknown>> = {}) {
  const result = await client.callTool({ name, arguments: { ...args } })
  const [first] = result.content
  return {
    isError: result.isError ?? false,
    text: first?.type === 'text' ? first.text : '',
    answer: result.structuredContent as Readonly<Record<string, unknown>> | undefined,
  }
}

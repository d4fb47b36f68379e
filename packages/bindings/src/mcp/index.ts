/** MCP over exchanges: a transport for clients and for servers, in both eras of the protocol. */
export { connectMcp, ExchangeMcpTransport } from './exchange-mcp-transport.ts'
export { serveMcp } from './serve-mcp.ts'

/** What a program needs to start a gateway. */
export { type GatewayOptions } from './gateway.ts'
export { TlsFiles } from './tls-files.ts'
export { TokenFile } from './token-file.ts'

/** What each implementation under measurement offers: one member of one group, and octets between members. */
export interface MlsPeer {
  /** For whoever adds this agent. */
  readonly keyPackage: Uint8Array
  create(id: Uint8Array): Promise<void>
  join(welcome: Uint8Array): Promise<void>
  /** @returns the commit */
  joinExternally(groupInfo: Uint8Array): Promise<Uint8Array>
  /** Adds, removes, both, or renews the own keys; the member follows its own commit. */
  commit(changes: {
    readonly add?: readonly Uint8Array[]
    readonly remove?: readonly number[]
  }): Promise<{ readonly message: Uint8Array; readonly welcome: Uint8Array | undefined }>
  /** Follows a commit, keeps a proposal; the data of an application message. @throws if it is refused */
  receive(message: Uint8Array): Promise<Uint8Array | undefined>
  /** A proposal for whoever commits next. */
  proposeRemoval(leaf: number): Promise<Uint8Array>
  seal(data: Uint8Array): Promise<Uint8Array>
  groupInfo(): Promise<Uint8Array>
  /** The same for all members of an epoch (RFC 9420 §8.7). */
  authenticator(): Uint8Array
  exportSecret(label: string, context: Uint8Array, length: number): Promise<Uint8Array>
}

export interface MlsPeerModule {
  agent(name: string): Promise<MlsPeer>
}

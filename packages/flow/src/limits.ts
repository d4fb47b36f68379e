/** The limits of everything that datagrams from untrusted sources can make grow, and what happens at each. @module */

export interface Limits {
  /**
   * Exporter addresses, at most 65535, as rows hold exporter numbers in 16 bits. At the limit, those silent for longest
   * are forgotten.
   */
  readonly exporters: number
  /**
   * Streams (address, port, protocol, domain). At the limit, those silent for longest are forgotten with their
   * templates.
   */
  readonly streams: number
  /**
   * Observation domains of one source port that may share a sequence; Open vSwitch has a few. Beyond the limit, each
   * domain is assumed to have its own.
   */
  readonly domainsPerSession: number
  /**
   * Templates of one stream. At the limit, the one unused for longest is forgotten. Open vSwitch announces about 90.
   */
  readonly templatesPerStream: number
  /** Templates of all streams together. At the limit, those unused for longest are forgotten. */
  readonly templates: number
  /** Fields of one template; a longer template is malformed. The longest seen in practice has 80. */
  readonly fields: number
  /**
   * Fields of all templates together. At the limit, the templates unused for longest are forgotten. 2^20 fields are
   * about 60 MiB.
   */
  readonly fieldsTotal: number
  /**
   * Templates in a snapshot. Templates with data come first, most recently used first. A full snapshot takes about 100
   * ms.
   */
  readonly snapshotTemplates: number
  /** Fields of all templates in a snapshot; a template that would exceed the limit is left out. */
  readonly snapshotFields: number
  /** Compiled decoders, shared by templates of equal layout. At the limit, the one unused for longest is dropped. */
  readonly decoders: number
  /**
   * Decoders compiled per second; each takes up to a millisecond. Data of further templates with a new layout is parked
   * until a later second, like data without a template.
   */
  readonly compilationsPerSecond: number
  /**
   * The same for one exporter, so that an exporter that keeps announcing new templates cannot use up the limit of all.
   */
  readonly compilationsPerExporter: number
  /** Data sets of one stream waiting for their template. At the limit, the oldest is dropped and counted. */
  readonly parkedPerStream: number
  readonly parkedOctetsPerStream: number
  /** The same for all streams together. */
  readonly parked: number
  readonly parkedOctets: number
  /** How long data sets wait, milliseconds. Exporters repeat templates every 10 to 30 minutes. */
  readonly parkedForMs: number
  /** Samplers with a rate per stream, and also interfaces with a rate per stream; further ones are ignored. */
  readonly samplersPerStream: number
  /** Interface names per exporter; further ones are ignored. A large router has a few thousand interfaces. */
  readonly interfacesPerExporter: number
  /** Interface names of all exporters together; further ones are ignored. */
  readonly interfaces: number
  /** Events not yet taken. At the limit, the oldest is dropped. */
  readonly events: number
  /** Counter samples not yet taken. At the limit, the oldest is dropped. */
  readonly counters: number
}

export const defaultLimits: Limits = {
  exporters: 16_384,
  streams: 16_384,
  domainsPerSession: 64,
  templatesPerStream: 1024,
  templates: 65_536,
  fields: 512,
  fieldsTotal: 1_048_576,
  snapshotTemplates: 4096,
  snapshotFields: 131_072,
  decoders: 1024,
  compilationsPerSecond: 100,
  compilationsPerExporter: 25,
  parkedPerStream: 256,
  parkedOctetsPerStream: 262_144,
  parked: 8192,
  parkedOctets: 16_777_216,
  parkedForMs: 1_800_000,
  samplersPerStream: 256,
  interfacesPerExporter: 8192,
  interfaces: 131_072,
  events: 4096,
  counters: 16_384,
}

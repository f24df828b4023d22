import { resolve } from 'node:path'
import { mostRecords } from '../shared/document/stored.ts'

/*
 * Every setting of the server in one table: its name in the environment, its default, what is allowed and what it is for.
 * The start-up check and the help text both come from it.
 */

interface Option<T> {
  readonly env: string
  readonly fallback: T
  readonly help: string
  /** The value a text means, or a sentence about why it means none. */
  readonly read: (text: string) => T | Refusal
}

interface Refusal {
  readonly refused: string
}

const anyText = (text: string): string => text

const whole = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  return Number.isInteger(value) && value >= least && value <= most ? value : { refused: `give a whole number from ${least} to ${most}` }
}

const oneOf = (...names: readonly string[]) => (text: string) => (names.includes(text) ? text : { refused: `give one of ${names.join(', ')}` })

const webAddress = (text: string) =>
  /^https?:\/\//.test(text) && URL.canParse(text) ? text.replace(/\/+$/, '') : { refused: 'give an address such as https://boards.example.org' }

const text = (env: string, fallback: string, read: Option<string>['read'], help: string): Option<string> => ({ env, fallback, read, help })
const count = (env: string, fallback: number, read: Option<number>['read'], help: string): Option<number> => ({ env, fallback, read, help })

export const options = {
  port: count('PORT', 4400, whole(0, 65_535), 'Port to listen on; 0 takes a free one.'),
  host: text('HOST', '127.0.0.1', anyText, 'Address to listen on; 0.0.0.0 for all.'),
  dataDir: text('DATA_DIR', 'data', anyText, 'Folder that holds the boards. Back it up.'),
  publicUrl: text('PUBLIC_URL', '', webAddress, 'Where people reach this server; links are made with it. Default: the address it listens on.'),
  licenseKey: text('TLDRAW_LICENSE_KEY', '', anyText, 'Key for the tldraw canvas; needed on HTTPS hosts.'),
  createKey: text('CREATE_KEY', '', anyText, 'Who knows it may make boards; anybody if unset.'),
  metricsToken: text('METRICS_TOKEN', '', anyText, 'Who knows it may read /metrics; only this machine if unset.'),
  logLevel: text('LOG_LEVEL', 'warn', oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), 'How much to log: error, warn, info, debug.'),
  ticketSeconds: count('TICKET_SECONDS', 600, whole(5, 86_400), 'How long a ticket opens a connection.'),
  maxUpdate: count('MAX_UPDATE_BYTES', 4 * 2 ** 20, whole(1024, 2 ** 28), 'Largest single change a client may send.'),
  maxSync: count('MAX_SYNC_BYTES', 16 * 2 ** 20, whole(1024, 2 ** 29), 'Largest catch-up a client may send when it reconnects.'),
  maxPresence: count('MAX_PRESENCE_BYTES', 16 * 2 ** 10, whole(256, 2 ** 20), 'Largest presence message.'),
  framesPerSecond: count('FRAMES_PER_SECOND', 240, whole(0, 1e6), 'Changes a connection may send a second over time; faster ones are read more slowly. 0 for any number.'),
  presencePerSecond: count('PRESENCE_PER_SECOND', 120, whole(0, 1e6), 'Presence messages a connection may send a second; more are left out. 0 for any number.'),
  bytesPerSecond: count('BYTES_PER_SECOND', 512 * 2 ** 10, whole(0, 2 ** 40), 'Bytes a person may send a second over time, an address eight times as many; more are read more slowly. 0 for any number.'),
  backlog: count('BACKLOG_BYTES', 2 ** 20, whole(1024, 2 ** 30), 'Unread bytes after which a connection gets all it missed at once instead of every change.'),
  maxUnread: count('MAX_UNREAD_BYTES', 8 * 2 ** 20, whole(1024, 2 ** 30), 'Unread bytes after which a connection is cut; it comes back by itself.'),
  slowSeconds: count('SLOW_SECONDS', 30, whole(1, 86_400), 'How long a connection may be behind before it is cut.'),
  maxPeople: count('MAX_PEOPLE', 500, whole(1, 1e6), 'Most connections to one board.'),
  maxSockets: count('MAX_SOCKETS', 10_000, whole(1, 1e7), 'Most connections to this server.'),
  maxSocketsPerAddress: count('MAX_SOCKETS_PER_ADDRESS', 1_000, whole(0, 1e7), 'Most connections from one address; somebody on a board has two. 0 for any number.'),
  requestsPerMinute: count('REQUESTS_PER_MINUTE', 3_000, whole(0, 1e9), 'Calls of the API of one person in a minute, and of all strangers of one address. 0 for any number.'),
  requestsPerAddress: count('REQUESTS_PER_MINUTE_PER_ADDRESS', 20_000, whole(0, 1e9), 'Calls of the API of all people behind one address together in a minute, joins among them; never less than one person has. 0 for any number.'),
  filesPerMinute: count('FILES_PER_MINUTE', 30_000, whole(0, 1e9), 'Files of the client one address may ask for in a minute. 0 for any number.'),
  exportsPerMinute: count('EXPORTS_PER_MINUTE', 600, whole(0, 1e9), 'Exports, looks at boards before joining and template files one address may ask for in a minute. 0 for any number.'),
  boardsPerMinute: count('BOARDS_PER_MINUTE', 120, whole(0, 1e9), 'Boards and templates made from one address in a minute. 0 for any number.'),
  maxRequests: count('MAX_REQUESTS', 5_000, whole(0, 1e7), 'Most requests under way at once, and most HTTP connections beside WebSockets. 0 for any number.'),
  maxRequestsPerAddress: count('MAX_REQUESTS_PER_ADDRESS', 500, whole(0, 1e7), 'The same of one address. 0 for any number.'),
  maxUploads: count('MAX_UPLOADS', 128, whole(0, 1e6), 'Most board files and pictures on their way here at once. 0 for any number.'),
  maxUploadsPerAddress: count('MAX_UPLOADS_PER_ADDRESS', 32, whole(0, 1e6), 'The same from one address. 0 for any number.'),
  maxHeld: count('MAX_HELD_BYTES', 512 * 2 ** 20, whole(0, 2 ** 50), 'Most bytes kept in memory for what people send and have not read yet. 0 for any number.'),
  maxHeldPerAddress: count('MAX_HELD_BYTES_PER_ADDRESS', 192 * 2 ** 20, whole(0, 2 ** 50), 'The same for one address; no file larger than this leaves. 0 for any number.'),
  proxies: count('PROXIES', 0, whole(0, 10), 'Proxies in front of this server; whoever asks is known by the address they hand on in X-Forwarded-For.'),
  joinsPerSecond: count('JOINS_PER_SECOND', 200, whole(0, 1e6), 'Connections let in a second from one address; others try again by themselves. 0 for any number.'),
  allowedOrigins: text('ALLOWED_ORIGINS', '', anyText, 'Other addresses whose pages may connect, separated by commas.'),
  maxRecords: count('MAX_RECORDS', mostRecords, whole(1, 1e7), 'Most records of one board: cards, relations, structures and drawings together, however they come.'),
  maxBoard: count('MAX_BOARD_BYTES', 128 * 2 ** 20, whole(2 ** 16, 2 ** 40), 'Most bytes the log of one board may take; then it takes nothing more but what takes something away.'),
  maxHistory: count('MAX_HISTORY_BYTES', 64 * 2 ** 20, whole(0, 2 ** 40), 'Most bytes that what was on one board before may take on disk; then the oldest goes. 0 keeps nothing of it, and nothing removed comes back.'),
  maxFile: count('MAX_FILE_BYTES', 64 * 2 ** 20, whole(1024, 2 ** 30), 'Largest board file that can be opened.'),
  maxAsset: count('MAX_ASSET_BYTES', 25 * 2 ** 20, whole(1024, 2 ** 30), 'Largest picture that can be put on a board.'),
  maxBoardAssets: count('MAX_BOARD_ASSETS_BYTES', 250 * 2 ** 20, whole(0, 2 ** 50), 'Most bytes the pictures of one board may take.'),
  maxExportAssets: count('MAX_EXPORT_ASSETS_BYTES', 20 * 2 ** 20, whole(0, 2 ** 29), 'Most bytes of pictures that go into a board file; others are listed in it as missing.'),
  maxStore: count('MAX_STORE_BYTES', 0, whole(0, 2 ** 50), 'Most bytes all boards together may take on disk; 0 for as many as there are.'),
  maxTemplate: count('MAX_TEMPLATE_BYTES', 8 * 2 ** 20, whole(1024, 2 ** 30), 'Largest template that can be saved, half of it pictures at most; while a large one is written to disk, everybody waits.'),
  maxTemplates: count('MAX_TEMPLATES', 500, whole(0, 100_000), 'Most templates facilitators may save here.'),
  templatesPerDay: count('TEMPLATES_PER_DAY', 100, whole(0, 1e6), 'Most templates one address may save in a day. 0 for any number.'),
  maxJoined: count('MAX_JOINED', 4_000, whole(1, 1e6), 'Most people who may ever take part in one board.'),
  joinsPerDay: count('JOINS_PER_DAY', 1_000, whole(0, 1e6), 'Most people of one address who may join one board in a day. 0 for any number.'),
  maxLinks: count('MAX_LINKS', 500, whole(3, 1e5), 'Most links one board may have, closed ones included.'),
  maxDeeds: count('MAX_DEEDS', 2_000, whole(10, 1e6), 'After so many changes to who may do what, a board lets nobody gain a right any more; rights can still be taken away.'),
  commitMs: count('COMMIT_MS', 4, whole(0, 1_000), 'Milliseconds over which changes are gathered into one commit.'),
  idleSeconds: count('IDLE_SECONDS', 60, whole(0, 86_400), 'How long a board nobody looks at stays in memory.'),
} as const

export type Config = { readonly [K in keyof typeof options]: (typeof options)[K] extends Option<infer T> ? T : never }

export class ConfigError extends Error {}

/** Settings from an environment; throws a ConfigError that names the variable and says what to give. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  if (env['DATABASE_URL'] || env['VALKEY_URL']) {
    throw new ConfigError('DATABASE_URL and VALKEY_URL are set, but this version keeps boards in SQLite only. Unset them to start.')
  }
  const config: Record<string, unknown> = {}
  for (const [name, { env: variable, fallback, read }] of Object.entries<Option<unknown>>(options)) {
    const text = env[variable]
    const value = text === undefined || text === '' ? fallback : read(text)
    if (isRefusal(value)) throw new ConfigError(`${variable}=${text} cannot be used: ${value.refused}.`)
    config[name] = value
  }
  config['dataDir'] = resolve(String(config['dataDir']))
  return config as Config
}

const isRefusal = (value: unknown): value is Refusal => typeof value === 'object' && value !== null && 'refused' in value

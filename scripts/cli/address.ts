import type { Config } from '../../server/config.ts'

/** Where people will reach a board: as the server would say. */
export const addressOf = ({ publicUrl, host, port }: Config): string => publicUrl || `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`

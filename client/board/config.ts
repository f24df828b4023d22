import { isObject } from '../../shared/json.ts'
import { api, type ServerConfig, usualMaxFile } from '../api.ts'

const name = 'manyfutures:config'

/**
 * How the server is set up; where it cannot be asked just now, as it was when this device asked last: a board that opens without a
 * connection keeps its map.
 */
export async function configNow(): Promise<ServerConfig> {
  try {
    const config = await api.config()
    note(config)
    return config
  } catch {
    return noted() // No connection, or a server that is busy: it is asked again when the page is loaded again.
  }
}

function note(config: ServerConfig): void {
  try {
    localStorage.setItem(name, JSON.stringify(config))
  } catch {
    // Site data is blocked or full.
  }
}

function noted(): ServerConfig {
  const unknown: ServerConfig = { licenseKey: null, createKey: false, maxFile: usualMaxFile }
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(name) ?? '{}')
    if (!isObject(stored)) return unknown
    const { licenseKey, maxFile, maxRecords } = stored
    return { ...unknown, ...(typeof licenseKey === 'string' && { licenseKey }), ...(typeof maxFile === 'number' && { maxFile }), ...(typeof maxRecords === 'number' && { maxRecords }) }
  } catch {
    return unknown // Blocked, or something else stands there.
  }
}

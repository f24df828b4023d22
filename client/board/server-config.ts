import { isObject } from '../../shared/json.ts'
import { api, type ServerConfig, usualMaxFile } from '../api.ts'
import { keepHere, readKept } from '../kept.ts'

const name = 'manyfutures:config'

/** What a page needs to know of its server: what it says, or what it said last where it does not answer. */
export const serverConfig = (): Promise<ServerConfig> =>
  api.config().then(config => {
    keepHere('device', name, JSON.stringify(config))
    return config
  })

export function lastConfig(): ServerConfig {
  const unknown: ServerConfig = { licenseKey: null, createKey: false, maxFile: usualMaxFile }
  try {
    const stored: unknown = JSON.parse(readKept('device', name) ?? '{}')
    if (!isObject(stored)) return unknown
    const { licenseKey, maxFile, maxRecords } = stored
    return { ...unknown, ...(typeof licenseKey === 'string' && { licenseKey }), ...(typeof maxFile === 'number' && { maxFile }), ...(typeof maxRecords === 'number' && { maxRecords }) }
  } catch {
    return unknown // Something else lies there.
  }
}

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
    return { ...unknown, ...(JSON.parse(readKept('device', name) ?? '{}') as Partial<ServerConfig>) }
  } catch {
    return unknown // Something else lies there.
  }
}

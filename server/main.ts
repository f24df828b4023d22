import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { StoreError } from './storage/sqlite.ts'

/* Starts a server. The only file here that acts when it is imported. */

try {
  const config = readConfig(process.env)
  const app = await createApp({ config })
  const address = await app.listen()
  process.stdout.write(`Manyfutures is at ${address}\nOpen it and pick a method, then send the link to the others. Boards are kept in ${config.dataDir}\n`)
  const stop = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    // Not gone after ten seconds means something hangs; the store is safe to leave at any time.
    setTimeout(() => process.exit(1), 10_000).unref()
    void app.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
} catch (error) {
  if (error instanceof ConfigError || error instanceof StoreError) process.stderr.write(`${error.message}\n`)
  else if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') process.stderr.write('Another program listens on this port. Stop it, or choose another with PORT.\n')
  else throw error
  process.exitCode = 1
}

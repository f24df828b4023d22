import { constants } from 'node:os'
import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { StoreError } from './storage/sqlite.ts'

/* Starts a server. The only file here that acts when it is imported. */

try {
  const config = readConfig(process.env)
  const app = await createApp({ config })
  const address = await app.listen()
  process.stdout.write(`Manyfutures is at ${address}\nOpen it and pick a method, then send the link to the others. Boards are kept in ${config.dataDir}\n`)
  let stopping = false
  const stop = (signal: NodeJS.Signals): void => {
    // Whoever asks twice is in a hurry; the store is safe to leave at any time. As the first process of a container it must say so itself.
    if (stopping) process.exit(128 + constants.signals[signal])
    stopping = true
    app.http.log.info({ signal }, 'Stopping: everything is committed, everybody is asked to come back')
    // Not gone after ten seconds means something hangs.
    setTimeout(() => process.exit(1), 10_000).unref()
    void app.stop().then(() => process.exit(0))
  }
  void app.lost.then(error => {
    app.http.log.fatal({ cause: error.stack }, 'The store was lost; the server ends, so that whoever supervises it starts it again')
    process.exit(1)
  })
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
} catch (error) {
  if (error instanceof ConfigError || error instanceof StoreError) process.stderr.write(`${error.message}\n`)
  else if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') process.stderr.write('Another program listens on this port. Stop it, or choose another with PORT.\n')
  else throw error
  process.exitCode = 1
}
